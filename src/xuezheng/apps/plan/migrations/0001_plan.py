import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("registry", "0001_registers"),
    ]

    operations = [
        migrations.CreateModel(
            name="Plan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "pack_id",
                    models.CharField(
                        help_text="For example harbin/2023.", max_length=60, unique=True
                    ),
                ),
                ("pack_hash", models.CharField(max_length=64)),
                ("title_zh", models.CharField(max_length=160)),
                ("title_en", models.CharField(max_length=160)),
                ("authority_zh", models.CharField(max_length=120)),
                ("authority_en", models.CharField(max_length=120)),
                (
                    "city",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                ("starts_on", models.DateField()),
                ("ends_on", models.DateField()),
                (
                    "parameters",
                    models.JSONField(
                        default=dict, help_text="Thresholds of lights and curves, from the pack."
                    ),
                ),
                ("is_current", models.BooleanField(default=True)),
            ],
            options={
                "ordering": ("-starts_on", "pack_id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_on__gt", models.F("starts_on"))),
                        name="plan_period_not_empty",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="BureauUnit",
            fields=[
                ("key", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("name_zh", models.CharField(max_length=80)),
                ("name_en", models.CharField(max_length=120)),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ("order", "key"),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="Section",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sections",
                        to="plan.plan",
                    ),
                ),
                ("key", models.CharField(max_length=10)),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=200)),
                ("order", models.PositiveSmallIntegerField()),
            ],
            options={
                "ordering": ("plan", "order"),
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "key"), name="section_key")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Commitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitments",
                        to="plan.plan",
                    ),
                ),
                (
                    "section",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitments",
                        to="plan.section",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="As printed in the plan, for example 1.1.", max_length=10
                    ),
                ),
                ("order", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("count", "Count"),
                            ("ratio", "Ratio"),
                            ("rule", "Rule"),
                            ("selection", "Selection"),
                            ("allocation", "Allocation of people or places"),
                            ("assessment", "Assessment"),
                            ("custody", "Custody of money"),
                            ("case", "Cases"),
                            ("auction", "Auction"),
                            ("programme", "Programme"),
                        ],
                        max_length=12,
                    ),
                ),
                ("title_zh", models.CharField(max_length=200)),
                ("title_en", models.CharField(max_length=300)),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "baseline",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "unit",
                    models.CharField(
                        blank=True, help_text="Key of a unit of packs/units.yaml.", max_length=40
                    ),
                ),
                ("unit_zh", models.CharField(blank=True, max_length=40)),
                ("unit_en", models.CharField(blank=True, max_length=60)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("level", "The figure itself"),
                            ("added", "New ones in the period"),
                            ("change", "Change from the baseline"),
                        ],
                        default="level",
                        max_length=6,
                    ),
                ),
                (
                    "direction",
                    models.CharField(
                        choices=[("up", "Higher is better"), ("down", "Lower is better")],
                        default="up",
                        max_length=4,
                    ),
                ),
                (
                    "at_least",
                    models.BooleanField(default=False, help_text="The plan says 'at least'."),
                ),
                ("due_on", models.DateField()),
                (
                    "trajectory",
                    models.CharField(
                        choices=[
                            ("linear", "Evenly over the year"),
                            ("s_curve", "Slow, fast, slow"),
                            ("milestones", "By milestones"),
                            ("school_year", "By the school year"),
                        ],
                        default="linear",
                        max_length=12,
                    ),
                ),
                (
                    "indicator",
                    models.CharField(
                        blank=True, help_text="Indicator of the pack; may be empty.", max_length=80
                    ),
                ),
                (
                    "is_share",
                    models.BooleanField(
                        default=False, help_text="The figure is a share in percent."
                    ),
                ),
                (
                    "source_mark",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed"),
                            ("one_source", "One source"),
                            ("to_be_confirmed", "To be confirmed"),
                        ],
                        default="confirmed",
                        max_length=16,
                    ),
                ),
                ("source_zh", models.TextField(blank=True)),
                ("source_en", models.TextField(blank=True)),
                (
                    "counting",
                    models.JSONField(
                        default=dict,
                        help_text="What makes one count, and the papers that prove it.",
                    ),
                ),
                (
                    "ownership_mark",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed"),
                            ("one_source", "One source"),
                            ("to_be_confirmed", "To be confirmed"),
                        ],
                        default="to_be_confirmed",
                        max_length=16,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="commitments",
                        to="plan.bureauunit",
                    ),
                ),
                ("is_closed", models.BooleanField(default=False)),
                (
                    "co_owners",
                    models.ManyToManyField(
                        blank=True, related_name="shared_commitments", to="plan.bureauunit"
                    ),
                ),
            ],
            options={
                "ordering": ("plan", "order"),
                "constraints": [
                    models.UniqueConstraint(fields=("plan", "code"), name="commitment_code"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("target", None), models.Q(("unit", ""), _negated=True), _connector="OR"
                        ),
                        name="commitment_target_has_unit",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="CommitmentReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="readings",
                        to="plan.commitment",
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("label_zh", models.CharField(max_length=200)),
                ("label_en", models.CharField(max_length=300)),
                ("definition_zh", models.TextField(blank=True)),
                ("definition_en", models.TextField(blank=True)),
                ("is_official", models.BooleanField(default=False)),
                (
                    "source_mark",
                    models.CharField(
                        choices=[
                            ("confirmed", "Confirmed"),
                            ("one_source", "One source"),
                            ("to_be_confirmed", "To be confirmed"),
                        ],
                        default="to_be_confirmed",
                        max_length=16,
                    ),
                ),
                ("order", models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                "ordering": ("commitment", "order", "key"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commitment", "key"), name="commitment_reading_key"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_official", True)),
                        fields=("commitment",),
                        name="commitment_one_official_reading",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="plan.commitment",
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("order", models.PositiveSmallIntegerField()),
                ("title_zh", models.CharField(max_length=200)),
                ("title_en", models.CharField(max_length=300)),
                ("due_on", models.DateField()),
                ("claimed_on", models.DateField(blank=True, null=True)),
                (
                    "done_on",
                    models.DateField(
                        blank=True, help_text="The day of its confirmation.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ("commitment", "order"),
                "constraints": [
                    models.UniqueConstraint(fields=("commitment", "key"), name="milestone_key")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AllocationVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="allocation_versions",
                        to="plan.commitment",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("reason", models.TextField()),
                ("is_current", models.BooleanField(default=True)),
                (
                    "changed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("commitment", "-number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commitment", "number"), name="allocation_version_number"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_current", True)),
                        fields=("commitment",),
                        name="allocation_one_current",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="allocation_has_reason",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="AllocationShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="shares",
                        to="plan.allocationversion",
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
                ("value", models.DecimalField(decimal_places=4, max_digits=16)),
            ],
            options={
                "ordering": ("version", "division"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("version", "division"), name="allocation_share_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("value__gte", 0)), name="allocation_share_not_negative"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="EvidenceFile",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size_bytes", models.PositiveIntegerField()),
                ("media_type", models.CharField(max_length=100)),
            ],
            options={
                "ordering": ("sha256",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")),
                        name="evidence_file_hash",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="claims",
                        to="plan.commitment",
                    ),
                ),
                (
                    "division",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: city.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="registry.division",
                    ),
                ),
                (
                    "milestone",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="claims",
                        to="plan.milestone",
                    ),
                ),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                ("as_of", models.DateField()),
                ("note", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("submitted", "Waiting for a second person"),
                            ("confirmed", "Confirmed"),
                            ("returned", "Returned"),
                        ],
                        default="submitted",
                        max_length=10,
                    ),
                ),
                (
                    "claimed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("claimed_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-as_of", "-id"),
                "indexes": [
                    models.Index(
                        fields=["commitment", "division", "state", "as_of"],
                        name="plan_claim_commitm_b22e3a_idx",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("value", None), ("milestone__isnull", False)),
                            models.Q(("value__isnull", False), ("milestone", None)),
                            _connector="OR",
                        ),
                        name="claim_value_or_milestone",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClaimEvidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "claim",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="plan.claim",
                    ),
                ),
                (
                    "file",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plan.evidencefile",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ("claim", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=("claim", "file"), name="claim_evidence_once")
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Confirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="confirmation",
                        to="plan.claim",
                    ),
                ),
                (
                    "claimant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("confirmed", "Confirmed"), ("returned", "Returned")],
                        max_length=10,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-decided_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("claimant")), _negated=True),
                        name="confirmation_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("outcome", "confirmed"),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="confirmation_return_has_note",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="Snapshot",
            fields=[
                ("name", models.CharField(max_length=80, primary_key=True, serialize=False)),
                (
                    "sha256",
                    models.CharField(
                        help_text="Of its canonical manifest.", max_length=64, unique=True
                    ),
                ),
                ("pack_hash", models.CharField(max_length=64)),
                ("taken_at", models.DateTimeField()),
                ("rows", models.PositiveBigIntegerField(default=0)),
                ("folder", models.CharField(max_length=300)),
            ],
            options={
                "ordering": ("-taken_at",),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="IndicatorRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="runs",
                        to="plan.plan",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="plan.snapshot",
                    ),
                ),
                (
                    "run_id",
                    models.CharField(
                        help_text="Same inputs, same identifier.", max_length=80, unique=True
                    ),
                ),
                ("as_of", models.DateField()),
                ("engine", models.CharField(max_length=20)),
                ("folder", models.CharField(max_length=300)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("published_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-as_of", "-id"),
                "get_latest_by": ("as_of", "id"),
                "indexes": [
                    models.Index(
                        fields=["plan", "-as_of", "-id"], name="plan_indica_plan_id_5a9c9e_idx"
                    )
                ],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="IndicatorResult",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="plan.indicatorrun",
                    ),
                ),
                ("indicator", models.CharField(max_length=80)),
                ("reading", models.CharField(blank=True, max_length=60)),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("city", "City"),
                            ("division", "Division"),
                            ("institution", "Institution"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "unit_code",
                    models.CharField(
                        help_text="Code of the city, division or institution.", max_length=10
                    ),
                ),
                (
                    "value",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "numerator",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "denominator",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "threshold",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                ("is_official", models.BooleanField(default=False)),
                ("facts", models.PositiveIntegerField(default=0)),
                (
                    "unknown",
                    models.PositiveIntegerField(
                        default=0, help_text="Facts whose data are missing."
                    ),
                ),
                ("failing", models.PositiveIntegerField(default=0)),
                ("excluded", models.PositiveIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pass", "Pass"),
                            ("near", "Near"),
                            ("fail", "Fail"),
                            ("undetermined", "Undetermined"),
                            ("not_applicable", "Not applicable"),
                        ],
                        max_length=16,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=20)),
                ("as_of", models.DateField()),
            ],
            options={
                "ordering": ("run", "indicator", "reading", "level", "unit_code"),
                "indexes": [
                    models.Index(
                        fields=["indicator", "reading", "unit_code", "as_of"],
                        name="plan_indica_indicat_b0c414_idx",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "indicator", "reading", "level", "unit_code"),
                        name="indicator_result_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CommitmentStatus",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statuses",
                        to="plan.indicatorrun",
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="statuses",
                        to="plan.commitment",
                    ),
                ),
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
                    "light",
                    models.CharField(
                        choices=[
                            ("met", "Met"),
                            ("on_track", "On track"),
                            ("at_risk", "At risk"),
                            ("late", "Late"),
                            ("no_data", "No data"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "rule",
                    models.CharField(
                        help_text="Key of the row of the decision table that applied.",
                        max_length=60,
                    ),
                ),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("indicator", "Computed from the registers"),
                            ("confirmed", "Reported and confirmed by a second person"),
                            ("milestones", "Milestones confirmed by a second person"),
                            ("none", "No verified figure yet"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "target",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "baseline",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "verified",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "claimed",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "expected",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "forecast_low",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "forecast_mid",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "forecast_high",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                ("forecast_method", models.CharField(blank=True, max_length=40)),
                (
                    "numerator",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "denominator",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "facts",
                    models.JSONField(
                        default=dict, help_text="The numbers that the light's rule was fed with."
                    ),
                ),
                (
                    "updated_on",
                    models.DateField(
                        blank=True, help_text="Day of the last report or computation.", null=True
                    ),
                ),
            ],
            options={
                "ordering": ("run", "commitment", "division"),
                "indexes": [
                    models.Index(
                        fields=["run", "division", "light"], name="plan_commit_run_id_282771_idx"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "commitment", "division"),
                        name="commitment_status_key",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("verified__isnull", False),
                            models.Q(("light", "met"), _negated=True),
                            _connector="OR",
                        ),
                        name="status_met_is_verified",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Risk",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="risks",
                        to="plan.commitment",
                    ),
                ),
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
                    "level",
                    models.CharField(
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=8,
                    ),
                ),
                ("text", models.TextField()),
                ("measure", models.TextField(help_text="What is done about it, by whom.")),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Risk open"), ("closed", "Risk closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                (
                    "raised_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("raised_on", models.DateField()),
                ("closed_on", models.DateField(blank=True, null=True)),
                ("closing_note", models.TextField(blank=True)),
            ],
            options={
                "ordering": ("state", "-raised_on", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_on", None), ("state", "open")),
                            models.Q(("closed_on__isnull", False), ("state", "closed")),
                            _connector="OR",
                        ),
                        name="risk_closed_has_date",
                    )
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ChangeOrder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="change_orders",
                        to="plan.commitment",
                    ),
                ),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("target", "Target"),
                            ("due", "Due date"),
                            ("owner", "Owner unit"),
                        ],
                        max_length=8,
                    ),
                ),
                ("before", models.CharField(blank=True, max_length=80)),
                ("after", models.CharField(max_length=80)),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for approval"),
                            ("approved", "Approved"),
                            ("refused", "Refused"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decision_note", models.TextField(blank=True)),
            ],
            options={
                "ordering": ("-proposed_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by", None),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="change_order_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decided_at", None), ("decided_by", None), ("state", "proposed")
                            ),
                            models.Q(
                                models.Q(("state", "proposed"), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="change_order_decided_by_someone",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "proposed")),
                        fields=("commitment", "field"),
                        name="change_order_one_open",
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="LedgerEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ledger",
                        to="plan.commitment",
                    ),
                ),
                (
                    "action",
                    models.CharField(
                        choices=[("closed", "Item closed"), ("reopened", "Reopened")], max_length=10
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("verified_figure", "The verified figure reaches the target"),
                            ("second_person", "A second person checked the evidence"),
                            ("reopened", "Reopened with a reason"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        help_text="Why; for a check by a second person, what was checked."
                    ),
                ),
                (
                    "figure",
                    models.DecimalField(blank=True, decimal_places=4, max_digits=16, null=True),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="plan.indicatorrun",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("entered_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("-entered_at", "-id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", "closed"), ("basis", "second_person"), _negated=True
                            ),
                            models.Q(
                                ("checked_by__isnull", False),
                                models.Q(("checked_by", models.F("requested_by")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="ledger_second_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", "closed"), ("basis", "verified_figure"), _negated=True
                            ),
                            models.Q(("figure__isnull", False), ("run__isnull", False)),
                            _connector="OR",
                        ),
                        name="ledger_figure_has_run",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", "closed"),
                                ("basis__in", ("verified_figure", "second_person")),
                            ),
                            models.Q(("action", "reopened"), ("basis", "reopened")),
                            _connector="OR",
                        ),
                        name="ledger_basis_fits_action",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="ledger_has_note"
                    ),
                ],
                "indexes": [],
            },
        ),
        migrations.CreateModel(
            name="ClosingRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="closing_request",
                        to="plan.commitment",
                    ),
                ),
                ("note", models.TextField()),
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("requested_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("requested_at",),
                "indexes": [],
                "constraints": [],
            },
        ),
        migrations.CreateModel(
            name="SupervisionNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=30, unique=True)),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="plan.commitment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="plan.bureauunit",
                    ),
                ),
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
                ("text", models.TextField()),
                (
                    "issued_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("issued_on", models.DateField()),
                ("working_days", models.PositiveSmallIntegerField()),
                ("reply_by", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for a reply"),
                            ("replied", "Replied"),
                            ("accepted", "Reply accepted"),
                        ],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("reply", models.TextField(blank=True)),
                (
                    "replied_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("replied_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ("state", "reply_by", "number"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("unit", None), ("division__isnull", False)),
                            models.Q(("unit__isnull", False), ("division", None)),
                            _connector="OR",
                        ),
                        name="notice_one_addressee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("replied_on", None), ("state", "open")),
                            models.Q(
                                models.Q(("state", "open"), _negated=True),
                                ("replied_on__isnull", False),
                                models.Q(("reply", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="notice_reply_complete",
                    ),
                ],
                "indexes": [],
            },
        ),
    ]
