"""What the registers contribute to a snapshot: no names, numbers or birth dates of people."""

from xuezheng.evidence import EvidenceColumn, EvidenceTable


def _text(name: str, doc: str) -> EvidenceColumn:
    return EvidenceColumn(name=name, type="text", doc=doc)


def _integer(name: str, doc: str) -> EvidenceColumn:
    return EvidenceColumn(name=name, type="integer", doc=doc)


def _decimal(name: str, doc: str) -> EvidenceColumn:
    return EvidenceColumn(name=name, type="decimal", doc=doc)


def _date(name: str, doc: str) -> EvidenceColumn:
    return EvidenceColumn(name=name, type="date", doc=doc)


def _boolean(name: str, doc: str) -> EvidenceColumn:
    return EvidenceColumn(name=name, type="boolean", doc=doc)


_INSTITUTION = _text("institution_code", "Ten-digit code of the institution.")
_DIVISION = _text("division_code", "Six-digit code of the division.")
_STAGE = _text("stage", "kindergarten, primary, junior, senior, vocational or special.")

DIVISIONS = EvidenceTable(
    name="divisions",
    doc="The city and its divisions.",
    sql="""SELECT code, parent_id AS parent_code, kind, name_zh, name_en, "order" AS sort_order, population_2020
           FROM registry_division ORDER BY code""",
    columns=(
        _text("code", "Six-digit code of the division."),
        _text("parent_code", "Code of the city; empty for the city itself."),
        _text("kind", "city, district, county or county_city."),
        _text("name_zh", "Chinese name."),
        _text("name_en", "English name."),
        _integer("sort_order", "Position in lists."),
        _integer("population_2020", "Residents in the census of 2020."),
    ),
)

INSTITUTIONS = EvidenceTable(
    name="institutions",
    doc="One school, kindergarten or teaching point.",
    sql="""SELECT code AS institution_code, division_id AS division_code, township_id AS township_code,
                  parent_id AS parent_code, name_zh, name_en, kind, ownership, is_for_profit, grade_structure, setting,
                  opened_on, closed_on, is_boarding, compound_name <> '' AS is_of_compound, compound_delivered_on,
                  planned_places, site_area_m2, building_area_m2, wireless, wireless_full_on, established_teacher_posts
           FROM registry_institution ORDER BY code""",
    columns=(
        _INSTITUTION,
        _DIVISION,
        _text("township_code", "Nine-digit code of the township; empty when not known."),
        _text("parent_code", "The school that a teaching point or branch belongs to."),
        _text("name_zh", "Chinese name of the institution."),
        _text("name_en", "English name of the institution."),
        _text(
            "kind",
            "kindergarten, primary, junior, nine_year, senior, complete_secondary, twelve_year, vocational, special "
            "or teaching_point.",
        ),
        _text("ownership", "public, private or inclusive_private, as on the day of the snapshot."),
        _boolean("is_for_profit", "Registered as a for-profit institution."),
        _text("grade_structure", "6-3 or 5-4; empty outside compulsory schooling."),
        _text("setting", "urban, town or rural."),
        _date("opened_on", "First day; empty when not known."),
        _date("closed_on", "First day on which it is closed; empty while open."),
        _boolean("is_boarding", "Takes boarders."),
        _boolean("is_of_compound", "Came with a residential compound."),
        _date("compound_delivered_on", "Day of handover by the developer."),
        _integer("planned_places", "Places it was planned for."),
        _decimal("site_area_m2", "Site, square metres."),
        _decimal("building_area_m2", "Buildings, square metres."),
        _text("wireless", "full, partial, none or unknown."),
        _date("wireless_full_on", "Since when wireless covers all of it; empty when not dated."),
        _integer("established_teacher_posts", "Teacher posts granted; empty when not reported."),
    ),
)

OWNERSHIP_PERIODS = EvidenceTable(
    name="ownership_periods",
    doc="Under which ownership an institution ran from one day until another (half-open).",
    sql="""SELECT o.institution_id AS institution_code, i.division_id AS division_code, o.ownership, o.valid_from,
                  o.valid_to
           FROM registry_ownershipperiod o JOIN registry_institution i ON i.code = o.institution_id
           ORDER BY o.institution_id, o.valid_from, o.id""",
    columns=(
        _INSTITUTION,
        _DIVISION,
        _text("ownership", "public, private or inclusive_private."),
        _date("valid_from", "First day."),
        _date("valid_to", "First day of the next ownership; empty while it lasts."),
    ),
)

SCHOOL_GROUPS = EvidenceTable(
    name="school_groups",
    doc="A group of institutions in one of the four forms of the plan's 3.2.",
    sql="""SELECT id AS group_key, form, division_id AS division_code, lead_id AS lead_code, formed_on, dissolved_on
           FROM registry_schoolgroup ORDER BY id""",
    columns=(
        _integer("group_key", "Key of the group."),
        _text("form", "learning_zone, school_group, town_country_community or rural_alliance."),
        _DIVISION,
        _text("lead_code", "Code of the leading institution."),
        _date("formed_on", "First day."),
        _date("dissolved_on", "First day without it; empty while it lasts."),
    ),
)

SCHOOL_GROUP_MEMBERS = EvidenceTable(
    name="school_group_members",
    doc="An institution's time in a group.",
    sql="""SELECT group_id AS group_key, institution_id AS institution_code, joined_on, left_on
           FROM registry_schoolgroupmember ORDER BY group_id, institution_id, joined_on, id""",
    columns=(
        _integer("group_key", "Key of the group."),
        _INSTITUTION,
        _date("joined_on", "First day."),
        _date("left_on", "First day after it left; empty while a member."),
    ),
)

CLASSES = EvidenceTable(
    name="classes",
    doc="An administrative class of one school year.",
    sql="""SELECT id AS class_key, institution_id AS institution_code, division_id AS division_code, school_year, stage,
                  grade, number AS class_number, kind, reported_pupils
           FROM registry_schoolclass ORDER BY id""",
    columns=(
        _integer("class_key", "Key of the class; students carry it."),
        _INSTITUTION,
        _DIVISION,
        _integer("school_year", "The year in which it began, 2023 for 2023/24."),
        _STAGE,
        _integer("grade", "1-based within the stage."),
        _integer("class_number", "Number within the grade."),
        _text("kind", "small, middle, big, mixed (kindergarten) or ordinary."),
        _integer("reported_pupils", "As the school reported it; empty when the report is missing."),
    ),
)

STUDENTS = EvidenceTable(
    name="students",
    doc="A child in kindergarten or school, without anything that names it.",
    sql="""SELECT institution_id AS institution_code, division_id AS division_code, school_class_id AS class_key, stage,
                  grade, household_division_id AS household_division_code, residence, is_boarder, is_migrant,
                  is_left_behind, preschool_years, entered_on, left_on
           FROM registry_student ORDER BY id""",
    columns=(
        _INSTITUTION,
        _DIVISION,
        _integer("class_key", "Key of the class; empty when not placed."),
        _STAGE,
        _integer("grade", "1-based within the stage."),
        _text(
            "household_division_code",
            "Division of the household register; empty when outside the city.",
        ),
        _text("residence", "urban or rural register."),
        _boolean("is_boarder", "Boards at the school."),
        _boolean("is_migrant", "Child of migrant workers."),
        _boolean("is_left_behind", "Left-behind child."),
        _integer(
            "preschool_years", "Years of kindergarten before grade 1; empty when not written down."
        ),
        _date("entered_on", "First day at the institution."),
        _date("left_on", "First day after leaving; empty while enrolled."),
    ),
)

STAFF = EvidenceTable(
    name="staff",
    doc="A member of staff, without anything that names him or her.",
    sql="""SELECT id AS staff_key, institution_id AS institution_code, division_id AS division_code, employment,
                  is_full_time, education, professional_title, backbone_level, joined_on, left_on
           FROM registry_staff ORDER BY id""",
    columns=(
        _integer("staff_key", "Key of the member of staff, of no meaning outside the snapshot."),
        _INSTITUTION,
        _DIVISION,
        _text("employment", "establishment, contract or special_post."),
        _boolean("is_full_time", "Works full time."),
        _text("education", "secondary, college, bachelor, master or doctor."),
        _text("professional_title", "Professional title; empty for none."),
        _text("backbone_level", "county, city, province or nation; empty for none."),
        _date("joined_on", "First day at the institution."),
        _date("left_on", "First day after leaving; empty while employed."),
    ),
)

STAFF_POSTS = EvidenceTable(
    name="staff_posts",
    doc="A post that a member of staff held for a time (half-open).",
    sql="""SELECT staff_id AS staff_key, institution_id AS institution_code, division_id AS division_code, kind, stage,
                  subject, is_establishment, valid_from, valid_to
           FROM registry_staffpost ORDER BY id""",
    columns=(
        _integer("staff_key", "Key of the member of staff."),
        _INSTITUTION,
        _DIVISION,
        _text(
            "kind", "head, deputy_head, teacher, care_worker, health, administration or support."
        ),
        _text("stage", "Stage taught; empty when it is none or all."),
        _text("subject", "Subject key, as pe, music, art; empty for none."),
        _boolean("is_establishment", "A post on the establishment."),
        _date("valid_from", "First day."),
        _date("valid_to", "First day after it; empty while it lasts."),
    ),
)

STAFF_QUALIFICATIONS = EvidenceTable(
    name="staff_qualifications",
    doc="A certificate of a member of staff.",
    sql="""SELECT staff_id AS staff_key, kind, obtained_on, expires_on
           FROM registry_staffqualification ORDER BY id""",
    columns=(
        _integer("staff_key", "Key of the member of staff."),
        _text("kind", "teacher_certificate, health_licence, head_training or putonghua."),
        _date("obtained_on", "Day of issue."),
        _date("expires_on", "First day on which it is not valid; empty when it does not expire."),
    ),
)

FACILITIES = EvidenceTable(
    name="facilities",
    doc="A room or a ground.",
    sql="""SELECT institution_id AS institution_code, division_id AS division_code, number AS facility_number, kind,
                  stage, area_m2, places, built_year, is_multimedia, is_indoor, in_use_from, in_use_to
           FROM registry_facility ORDER BY id""",
    columns=(
        _INSTITUTION,
        _DIVISION,
        _text("facility_number", "Number of the room or ground within the institution."),
        _text(
            "kind",
            "classroom, activity_room, music_room, art_room, laboratory, computer_room, library, gymnasium, "
            "sports_field, football_pitch, outdoor_play, health_room, dormitory, canteen or other.",
        ),
        _text("stage", "Stage that uses it; empty when stages share it."),
        _decimal("area_m2", "Square metres; empty when not measured."),
        _integer("places", "Places; empty when not known."),
        _integer("built_year", "Year of building."),
        _boolean("is_multimedia", "Counts as a network multimedia classroom."),
        _boolean("is_indoor", "Under a roof."),
        _date("in_use_from", "First day in use; empty when not known."),
        _date("in_use_to", "First day out of use; empty while in use."),
    ),
)

EQUIPMENT = EvidenceTable(
    name="equipment",
    doc="What an institution owned in one category on a day.",
    sql="""SELECT institution_id AS institution_code, division_id AS division_code, category, quantity, book_value_fen,
                  counted_on
           FROM registry_equipment ORDER BY id""",
    columns=(
        _INSTITUTION,
        _DIVISION,
        _text("category", "teaching_instruments, computers, books, sports or music_art."),
        _integer("quantity", "Pieces; empty when not counted."),
        _integer("book_value_fen", "Book value in fen; empty when not reported."),
        _date("counted_on", "Day of the count."),
    ),
)

KITCHENS = EvidenceTable(
    name="kitchens",
    doc="How an institution feeds its pupils.",
    sql="""SELECT institution_id AS institution_code, division_id AS division_code, meal_mode, licence_expires_on,
                  grade AS food_safety_grade, camera_online_on, seats
           FROM registry_kitchen ORDER BY institution_id""",
    columns=(
        _INSTITUTION,
        _DIVISION,
        _text("meal_mode", "own, contracted or outside."),
        _date("licence_expires_on", "First day without a licence; empty when not known."),
        _text("food_safety_grade", "A, B or C; empty when not graded."),
        _date(
            "camera_online_on",
            "Since when the camera reaches the platform; empty when it does not.",
        ),
        _integer("seats", "Seats; empty when not known."),
    ),
)

NETWORK_LINKS = EvidenceTable(
    name="network_links",
    doc="A link of the education network.",
    sql="""SELECT scope, division_id AS division_code, institution_id AS institution_code, mbps, is_city_network,
                  connected_on
           FROM registry_networklink ORDER BY id""",
    columns=(
        _text("scope", "division, institution or classroom."),
        _DIVISION,
        _text("institution_code", "Ten-digit code; empty for a link of a division."),
        _integer("mbps", "Speed in Mbit/s; empty when not measured."),
        _boolean("is_city_network", "Connected to the city's education network."),
        _date("connected_on", "Day of connection; empty when not dated."),
    ),
)

TABLES: tuple[EvidenceTable, ...] = (
    DIVISIONS,
    INSTITUTIONS,
    OWNERSHIP_PERIODS,
    SCHOOL_GROUPS,
    SCHOOL_GROUP_MEMBERS,
    CLASSES,
    STUDENTS,
    STAFF,
    STAFF_POSTS,
    STAFF_QUALIFICATIONS,
    FACILITIES,
    EQUIPMENT,
    KITCHENS,
    NETWORK_LINKS,
)
