import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Division",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="registry.division",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("district", "District"),
                            ("county", "County"),
                            ("county_city", "County-level city"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=60)),
                ("order", models.PositiveSmallIntegerField(default=0)),
                ("longitude", models.FloatField(null=True)),
                ("latitude", models.FloatField(null=True)),
                (
                    "boundary",
                    models.JSONField(
                        help_text="GeoJSON geometry; schematic, not for measuring.", null=True
                    ),
                ),
                ("population_2020", models.PositiveIntegerField(null=True)),
                ("urban_share", models.DecimalField(decimal_places=4, max_digits=5, null=True)),
                (
                    "census_ages",
                    models.JSONField(default=dict, help_text="Age band to persons, census 2020."),
                ),
                (
                    "persons_per_household",
                    models.DecimalField(decimal_places=2, max_digits=4, null=True),
                ),
            ],
            options={
                "ordering": ("order", "code"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^\\d{6}$")), name="division_code_digits"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "city"), ("parent", None)),
                            models.Q(
                                models.Q(("kind", "city"), _negated=True),
                                models.Q(("parent", None), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="division_tree_two_levels",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Township",
            fields=[
                ("code", models.CharField(max_length=9, primary_key=True, serialize=False)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="townships",
                        to="registry.division",
                    ),
                ),
                ("name_zh", models.CharField(max_length=60)),
                ("name_en", models.CharField(blank=True, max_length=60)),
                (
                    "terrain",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Urban"), (2, "Town"), (3, "Rural")], null=True
                    ),
                ),
            ],
            options={
                "ordering": ("code",),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Institution",
            fields=[
                ("code", models.CharField(max_length=10, primary_key=True, serialize=False)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="institutions",
                        to="registry.division",
                    ),
                ),
                (
                    "township",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="institutions",
                        to="registry.township",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="branches",
                        to="registry.institution",
                    ),
                ),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(blank=True, max_length=160)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("kindergarten", "Kindergarten"),
                            ("primary", "Primary school"),
                            ("junior", "Junior high school"),
                            ("nine_year", "Nine-year school"),
                            ("senior", "Senior high school"),
                            ("complete_secondary", "Complete secondary school"),
                            ("twelve_year", "Twelve-year school"),
                            ("vocational", "Secondary vocational school"),
                            ("special", "Special-education school"),
                            ("teaching_point", "Teaching point"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "ownership",
                    models.CharField(
                        choices=[
                            ("public", "Public"),
                            ("private", "Private"),
                            ("inclusive_private", "Inclusive private"),
                        ],
                        help_text="As it is today; see OwnershipPeriod.",
                        max_length=20,
                    ),
                ),
                ("is_for_profit", models.BooleanField(default=False)),
                (
                    "grade_structure",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("6-3", "6-3 (six primary, three junior years)"),
                            ("5-4", "5-4 (five primary, four junior years)"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "setting",
                    models.CharField(
                        choices=[("urban", "Urban"), ("town", "Town"), ("rural", "Rural")],
                        max_length=8,
                    ),
                ),
                ("address", models.CharField(blank=True, max_length=200)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("phone", models.CharField(blank=True, max_length=30)),
                ("opened_on", models.DateField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("is_boarding", models.BooleanField(default=False)),
                (
                    "compound_name",
                    models.CharField(
                        blank=True,
                        help_text="The residential compound it came with.",
                        max_length=120,
                    ),
                ),
                ("compound_delivered_on", models.DateField(blank=True, null=True)),
                ("planned_places", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "site_area_m2",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
                ),
                (
                    "building_area_m2",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=10, null=True),
                ),
                (
                    "wireless",
                    models.CharField(
                        choices=[
                            ("full", "Full"),
                            ("partial", "Partial"),
                            ("none", "None"),
                            ("unknown", "Not reported"),
                        ],
                        default="unknown",
                        max_length=8,
                    ),
                ),
                ("wireless_full_on", models.DateField(blank=True, null=True)),
                (
                    "established_teacher_posts",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Posts that the establishment office granted; empty when not reported.",
                        null=True,
                    ),
                ),
                (
                    "fixed_assets_fen",
                    models.BigIntegerField(
                        blank=True,
                        help_text="Book value of all fixed assets; empty when not reported.",
                        null=True,
                    ),
                ),
                (
                    "greenery_share",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        help_text="Part of the site that is planted, 0 to 1.",
                        max_digits=5,
                        null=True,
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                "ordering": ("division", "code"),
                "indexes": [
                    models.Index(
                        fields=["division", "kind", "code"], name="registry_in_divisio_66b013_idx"
                    ),
                    models.Index(fields=["name_zh"], name="registry_in_name_zh_995ee8_idx"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^\\d{10}$")),
                        name="institution_code_digits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_on", None),
                            ("opened_on", None),
                            ("closed_on__gt", models.F("opened_on")),
                            _connector="OR",
                        ),
                        name="institution_closed_after_opened",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "teaching_point"), _negated=True),
                            ("parent__isnull", False),
                            _connector="OR",
                        ),
                        name="teaching_point_has_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("wireless", "full"), ("wireless_full_on", None), _connector="OR"
                        ),
                        name="wireless_date_only_when_full",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("fixed_assets_fen", None),
                            ("fixed_assets_fen__gte", 0),
                            _connector="OR",
                        ),
                        name="institution_assets_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("greenery_share", None),
                            ("greenery_share__range", (0, 1)),
                            _connector="OR",
                        ),
                        name="institution_greenery_is_share",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnershipPeriod",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ownership_periods",
                        to="registry.institution",
                    ),
                ),
                (
                    "ownership",
                    models.CharField(
                        choices=[
                            ("public", "Public"),
                            ("private", "Private"),
                            ("inclusive_private", "Inclusive private"),
                        ],
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                (
                    "document",
                    models.CharField(
                        blank=True, help_text="The decision that changed it.", max_length=120
                    ),
                ),
            ],
            options={
                "ordering": ("institution", "valid_from"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="ownership_period_not_empty",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Campus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="campuses",
                        to="registry.institution",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("name_zh", models.CharField(max_length=120)),
                ("address", models.CharField(blank=True, max_length=200)),
                ("longitude", models.FloatField(blank=True, null=True)),
                ("latitude", models.FloatField(blank=True, null=True)),
                ("is_main", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("institution", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "number"), name="campus_number_unique"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_main", True)),
                        fields=("institution",),
                        name="campus_one_main",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SchoolGroup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "form",
                    models.CharField(
                        choices=[
                            ("learning_zone", "Learning zone"),
                            ("school_group", "School group"),
                            ("town_country_community", "Town-country community"),
                            ("rural_alliance", "Rural school alliance"),
                        ],
                        max_length=24,
                    ),
                ),
                ("name_zh", models.CharField(max_length=120)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="school_groups",
                        to="registry.division",
                    ),
                ),
                (
                    "lead",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="led_groups",
                        to="registry.institution",
                    ),
                ),
                ("formed_on", models.DateField()),
                ("dissolved_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("division", "name_zh"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("division", "name_zh"), name="school_group_name_unique"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SchoolGroupMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "group",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="registry.schoolgroup",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="group_memberships",
                        to="registry.institution",
                    ),
                ),
                ("joined_on", models.DateField()),
                ("left_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("group", "institution"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None)),
                        fields=("group", "institution"),
                        name="school_group_member_once",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="SchoolClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="registry.institution",
                    ),
                ),
                (
                    "campus",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="classes",
                        to="registry.campus",
                    ),
                ),
                (
                    "school_year",
                    models.PositiveSmallIntegerField(
                        help_text="The year in which it began, 2023 for 2023/24."
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("kindergarten", "Kindergarten"),
                            ("primary", "Primary"),
                            ("junior", "Junior high"),
                            ("senior", "General senior high"),
                            ("vocational", "Secondary vocational"),
                            ("special", "Special education"),
                        ],
                        max_length=12,
                    ),
                ),
                ("grade", models.PositiveSmallIntegerField(help_text="1-based within the stage.")),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("small", "Small class (age 3)"),
                            ("middle", "Middle class (age 4)"),
                            ("big", "Big class (age 5)"),
                            ("mixed", "Mixed-age class"),
                            ("ordinary", "Ordinary class"),
                        ],
                        default="ordinary",
                        max_length=8,
                    ),
                ),
                (
                    "reported_pupils",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="As the school reported it; empty when the report is missing.",
                        null=True,
                    ),
                ),
            ],
            options={
                "ordering": ("institution", "school_year", "stage", "grade", "number"),
                "indexes": [
                    models.Index(
                        fields=["division", "stage"], name="registry_sc_divisio_844010_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "school_year", "stage", "grade", "number"),
                        name="school_class_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("grade__range", (1, 6))),
                        name="school_class_grade_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        help_text="The register: institutions, classes, students, staff, facilities.",
                        max_length=20,
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("file_hash", models.CharField(help_text="SHA-256 of the file.", max_length=64)),
                ("file_size", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("checking", "Being checked"),
                            ("refused", "Refused"),
                            ("previewed", "Waiting for confirmation"),
                            ("applying", "Being applied"),
                            ("applied", "Applied"),
                            ("discarded", "Discarded"),
                        ],
                        default="checking",
                        max_length=10,
                    ),
                ),
                ("job_id", models.UUIDField(help_text="The last job run for it.", null=True)),
                ("new_count", models.PositiveIntegerField(default=0)),
                ("changed_count", models.PositiveIntegerField(default=0)),
                ("unchanged_count", models.PositiveIntegerField(default=0)),
                ("rejected_count", models.PositiveIntegerField(default=0)),
                (
                    "preview",
                    models.JSONField(
                        default=dict, help_text="First rows of each sort, notes, warnings."
                    ),
                ),
                (
                    "error",
                    models.JSONField(
                        default=dict, help_text="Code and facts of why the file was refused."
                    ),
                ),
                ("uploaded_by_id", models.CharField(blank=True, max_length=40)),
                ("uploaded_by_label", models.CharField(max_length=120)),
                (
                    "division",
                    models.CharField(
                        blank=True,
                        help_text="The uploader's division; empty for the city.",
                        max_length=6,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                ("applied_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ("-created_at", "id"),
                "indexes": [
                    models.Index(fields=["kind", "file_hash"], name="import_by_file"),
                    models.Index(
                        fields=["uploaded_by_id", "-created_at"], name="import_by_uploader"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("applied_at__isnull", False), ("state", "applied")),
                            models.Q(
                                models.Q(("state", "applied"), _negated=True), ("applied_at", None)
                            ),
                            _connector="OR",
                        ),
                        name="import_applied_has_time",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportContent",
            fields=[
                (
                    "batch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="content",
                        serialize=False,
                        to="registry.importbatch",
                    ),
                ),
                (
                    "upload",
                    models.BinaryField(
                        help_text="Forgotten once the import was applied or discarded.", null=True
                    ),
                ),
                ("rejected", models.BinaryField(null=True)),
            ],
            options={
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Student",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "number",
                    models.CharField(
                        help_text="Student number; never the identity number.",
                        max_length=20,
                        unique=True,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("sex", models.CharField(choices=[("f", "Female"), ("m", "Male")], max_length=1)),
                ("birth_date", models.DateField()),
                (
                    "identity_cipher",
                    models.BinaryField(help_text="AES-GCM: nonce, ciphertext and tag.", null=True),
                ),
                (
                    "identity_index",
                    models.BinaryField(
                        help_text="Keyed blind index, 16 bytes.", max_length=16, null=True
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="students",
                        to="registry.institution",
                    ),
                ),
                (
                    "school_class",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="students",
                        to="registry.schoolclass",
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        choices=[
                            ("kindergarten", "Kindergarten"),
                            ("primary", "Primary"),
                            ("junior", "Junior high"),
                            ("senior", "General senior high"),
                            ("vocational", "Secondary vocational"),
                            ("special", "Special education"),
                        ],
                        max_length=12,
                    ),
                ),
                ("grade", models.PositiveSmallIntegerField()),
                (
                    "household_division",
                    models.ForeignKey(
                        blank=True,
                        help_text="Division of the household register; empty when outside the city.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "residence",
                    models.CharField(
                        choices=[("urban", "Urban register"), ("rural", "Rural register")],
                        max_length=5,
                    ),
                ),
                ("is_boarder", models.BooleanField(default=False)),
                ("is_migrant", models.BooleanField(default=False)),
                ("is_left_behind", models.BooleanField(default=False)),
                ("has_disability", models.BooleanField(default=False)),
                (
                    "preschool_years",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Years of kindergarten before grade 1, written down at entry.",
                        null=True,
                    ),
                ),
                ("entered_on", models.DateField()),
                ("left_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("number",),
                "indexes": [
                    models.Index(
                        fields=["institution", "stage", "grade"],
                        name="registry_st_institu_bd4748_idx",
                    ),
                    models.Index(
                        fields=["division", "stage", "grade"], name="registry_st_divisio_d19e90_idx"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None), ("identity_index__isnull", False)),
                        fields=("identity_index",),
                        name="student_identity_enrolled_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_on", None),
                            ("left_on__gte", models.F("entered_on")),
                            _connector="OR",
                        ),
                        name="student_left_after_entered",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Guardian",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("identity_cipher", models.BinaryField(null=True)),
                ("identity_index", models.BinaryField(max_length=16, null=True, unique=True)),
                ("phone_cipher", models.BinaryField(null=True)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="StudentGuardian",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "student",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="guardian_links",
                        to="registry.student",
                    ),
                ),
                (
                    "guardian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="student_links",
                        to="registry.guardian",
                    ),
                ),
                (
                    "relation",
                    models.CharField(
                        choices=[
                            ("mother", "Mother"),
                            ("father", "Father"),
                            ("grandparent", "Grandparent"),
                            ("other", "Other guardian"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_primary", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("student", "id"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("student", "guardian"), name="student_guardian_once"
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Staff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("sex", models.CharField(choices=[("f", "Female"), ("m", "Male")], max_length=1)),
                ("birth_date", models.DateField()),
                ("identity_cipher", models.BinaryField(null=True)),
                ("identity_index", models.BinaryField(max_length=16, null=True)),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="staff",
                        to="registry.institution",
                    ),
                ),
                (
                    "employment",
                    models.CharField(
                        choices=[
                            ("establishment", "On the establishment"),
                            ("contract", "On contract"),
                            ("special_post", "Special post"),
                        ],
                        max_length=14,
                    ),
                ),
                ("is_full_time", models.BooleanField(default=True)),
                (
                    "education",
                    models.CharField(
                        choices=[
                            ("secondary", "Secondary or below"),
                            ("college", "Junior college"),
                            ("bachelor", "Bachelor"),
                            ("master", "Master"),
                            ("doctor", "Doctor"),
                        ],
                        max_length=10,
                    ),
                ),
                ("professional_title", models.CharField(blank=True, max_length=30)),
                (
                    "backbone_level",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "None"),
                            ("county", "County"),
                            ("city", "City"),
                            ("province", "Province"),
                            ("nation", "Nation"),
                        ],
                        max_length=8,
                    ),
                ),
                ("joined_on", models.DateField(help_text="Began at this institution.")),
                ("left_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "staff",
                "ordering": ("number",),
                "indexes": [
                    models.Index(
                        fields=["institution", "number"], name="registry_st_institu_f65a0a_idx"
                    ),
                    models.Index(fields=["division"], name="registry_st_divisio_c090da_idx"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_on", None), ("identity_index__isnull", False)),
                        fields=("identity_index",),
                        name="staff_identity_employed_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffPost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="posts",
                        to="registry.staff",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="registry.institution",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("head", "Head"),
                            ("deputy_head", "Deputy head"),
                            ("teacher", "Teacher"),
                            ("care_worker", "Care worker"),
                            ("health", "Health professional"),
                            ("administration", "Administration"),
                            ("support", "Support"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kindergarten", "Kindergarten"),
                            ("primary", "Primary"),
                            ("junior", "Junior high"),
                            ("senior", "General senior high"),
                            ("vocational", "Secondary vocational"),
                            ("special", "Special education"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        blank=True,
                        help_text="Subject key, e.g. chinese, pe, music, art.",
                        max_length=30,
                    ),
                ),
                ("is_establishment", models.BooleanField(default=True)),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("staff", "valid_from"),
                "indexes": [
                    models.Index(
                        fields=["institution", "kind"], name="registry_st_institu_71ff5e_idx"
                    )
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="StaffQualification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="qualifications",
                        to="registry.staff",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("teacher_certificate", "Teacher certificate"),
                            ("health_licence", "Health professional licence"),
                            ("head_training", "Head's post training"),
                            ("putonghua", "Putonghua level"),
                        ],
                        max_length=20,
                    ),
                ),
                ("level", models.CharField(blank=True, max_length=40)),
                ("certificate_number", models.CharField(blank=True, max_length=40)),
                ("obtained_on", models.DateField()),
                ("expires_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("staff", "obtained_on"),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Facility",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="facilities",
                        to="registry.institution",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "campus",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facilities",
                        to="registry.campus",
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("name", models.CharField(blank=True, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("classroom", "Classroom"),
                            ("activity_room", "Activity room"),
                            ("music_room", "Music room"),
                            ("art_room", "Art room"),
                            ("laboratory", "Laboratory"),
                            ("computer_room", "Computer room"),
                            ("library", "Library"),
                            ("gymnasium", "Gymnasium"),
                            ("sports_field", "Sports field"),
                            ("football_pitch", "Football pitch"),
                            ("outdoor_play", "Outdoor play ground"),
                            ("health_room", "Health room"),
                            ("dormitory", "Dormitory"),
                            ("canteen", "Canteen"),
                            ("other", "Other"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "stage",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("kindergarten", "Kindergarten"),
                            ("primary", "Primary"),
                            ("junior", "Junior high"),
                            ("senior", "General senior high"),
                            ("vocational", "Secondary vocational"),
                            ("special", "Special education"),
                        ],
                        help_text="Empty when stages share it.",
                        max_length=12,
                    ),
                ),
                (
                    "area_m2",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True),
                ),
                ("places", models.PositiveIntegerField(blank=True, null=True)),
                ("built_year", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "is_multimedia",
                    models.BooleanField(
                        default=False, help_text="Counts as a network multimedia classroom."
                    ),
                ),
                ("is_indoor", models.BooleanField(default=True)),
                ("in_use_from", models.DateField(blank=True, null=True)),
                ("in_use_to", models.DateField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "facilities",
                "ordering": ("institution", "number"),
                "indexes": [
                    models.Index(fields=["division", "kind"], name="registry_fa_divisio_0cebef_idx")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("institution", "number"), name="facility_key")
                ],
            },
        ),
        migrations.CreateModel(
            name="Equipment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="equipment",
                        to="registry.institution",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("teaching_instruments", "Teaching instruments"),
                            ("computers", "Computers"),
                            ("books", "Books"),
                            ("sports", "Sports equipment"),
                            ("music_art", "Music and art equipment"),
                        ],
                        max_length=24,
                    ),
                ),
                ("quantity", models.PositiveIntegerField(blank=True, null=True)),
                ("book_value_fen", models.BigIntegerField(blank=True, null=True)),
                ("counted_on", models.DateField()),
            ],
            options={
                "ordering": ("institution", "category"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution", "category", "counted_on"), name="equipment_key"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("book_value_fen", None), ("book_value_fen__gte", 0), _connector="OR"
                        ),
                        name="equipment_value_not_negative",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Kitchen",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "institution",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="kitchen",
                        to="registry.institution",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "meal_mode",
                    models.CharField(
                        choices=[
                            ("own", "Own kitchen"),
                            ("contracted", "Contracted kitchen"),
                            ("outside", "Meals bought from outside"),
                        ],
                        max_length=10,
                    ),
                ),
                ("licence_number", models.CharField(blank=True, max_length=40)),
                ("licence_expires_on", models.DateField(blank=True, null=True)),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("A", "A"), ("B", "B"), ("C", "C"), ("", "Not graded")],
                        max_length=1,
                    ),
                ),
                (
                    "camera_online_on",
                    models.DateField(
                        blank=True,
                        help_text="Since when the camera reaches the platform.",
                        null=True,
                    ),
                ),
                ("seats", models.PositiveIntegerField(blank=True, null=True)),
            ],
            options={
                "ordering": ("institution",),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="NetworkLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("division", "County or district"),
                            ("institution", "Institution"),
                            ("classroom", "Classrooms"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="network_links",
                        to="registry.division",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="network_links",
                        to="registry.institution",
                    ),
                ),
                (
                    "mbps",
                    models.PositiveIntegerField(
                        blank=True, help_text="Empty when not measured.", null=True
                    ),
                ),
                (
                    "is_city_network",
                    models.BooleanField(
                        default=False, help_text="Connected to the city's education network."
                    ),
                ),
                ("connected_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("division", "institution", "scope"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("institution", None)),
                        fields=("division", "scope"),
                        name="network_link_division_key",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("institution__isnull", False)),
                        fields=("institution", "scope"),
                        name="network_link_key",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("institution", None), ("scope", "division")),
                            models.Q(
                                models.Q(("scope", "division"), _negated=True),
                                ("institution__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="network_link_scope_fits",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Restriction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "party_kind",
                    models.CharField(
                        choices=[
                            ("institution", "Institution"),
                            ("staff", "Member of staff"),
                            ("student", "Student"),
                            ("other", "Other party"),
                        ],
                        max_length=12,
                    ),
                ),
                ("party_id", models.CharField(max_length=40)),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "barred_from",
                    models.CharField(
                        help_text="The act that is barred, e.g. honours.apply.", max_length=60
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_to", models.DateField(blank=True, null=True)),
                ("reason", models.TextField()),
                ("legal_basis", models.CharField(max_length=200)),
                (
                    "source",
                    models.CharField(
                        help_text="The record that caused it, e.g. supervision.case:17.",
                        max_length=80,
                    ),
                ),
                ("lifted_on", models.DateField(blank=True, null=True)),
                ("lifted_reason", models.TextField(blank=True)),
            ],
            options={
                "ordering": ("-valid_from", "id"),
                "indexes": [
                    models.Index(
                        fields=["party_kind", "party_id", "barred_from"],
                        name="registry_re_party_k_6f2963_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_to", None),
                            ("valid_to__gt", models.F("valid_from")),
                            _connector="OR",
                        ),
                        name="restriction_not_empty",
                    )
                ],
            },
        ),
    ]
