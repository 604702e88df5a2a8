"""The closed vocabularies of the registers, with their values as they stand in the database and in evidence."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class DivisionKind(TextChoices):
    """What an administrative division is."""

    CITY = "city", _("City")
    DISTRICT = "district", _("District")
    COUNTY = "county", _("County")
    COUNTY_CITY = "county_city", _("County-level city")


class InstitutionKind(TextChoices):
    """What an institution teaches, from the class digits of its code and its grades."""

    KINDERGARTEN = "kindergarten", _("Kindergarten")
    PRIMARY = "primary", _("Primary school")
    JUNIOR = "junior", _("Junior high school")
    NINE_YEAR = "nine_year", _("Nine-year school")
    SENIOR = "senior", _("Senior high school")
    COMPLETE_SECONDARY = "complete_secondary", _("Complete secondary school")
    TWELVE_YEAR = "twelve_year", _("Twelve-year school")
    VOCATIONAL = "vocational", _("Secondary vocational school")
    SPECIAL = "special", _("Special-education school")
    TEACHING_POINT = "teaching_point", _("Teaching point")


class Ownership(TextChoices):
    """Who runs an institution and on what terms."""

    PUBLIC = "public", pgettext_lazy("ownership", "Public")
    PRIVATE = "private", pgettext_lazy("ownership", "Private")
    INCLUSIVE_PRIVATE = "inclusive_private", pgettext_lazy("ownership", "Inclusive private")


class GradeStructure(TextChoices):
    """How the nine compulsory years are split; it varies inside the city."""

    SIX_THREE = "6-3", _("6-3 (six primary, three junior years)")
    FIVE_FOUR = "5-4", _("5-4 (five primary, four junior years)")


class Setting(TextChoices):
    """Where an institution stands, as school statistics class it."""

    URBAN = "urban", _("Urban")
    TOWN = "town", _("Town")
    RURAL = "rural", _("Rural")


class Stage(TextChoices):
    """The stage a class belongs to."""

    KINDERGARTEN = "kindergarten", _("Kindergarten")
    PRIMARY = "primary", _("Primary")
    JUNIOR = "junior", _("Junior high")
    SENIOR = "senior", _("General senior high")
    VOCATIONAL = "vocational", _("Secondary vocational")
    SPECIAL = "special", _("Special education")


class ClassKind(TextChoices):
    """The age group of a kindergarten class; other classes are ordinary."""

    SMALL = "small", _("Small class (age 3)")
    MIDDLE = "middle", _("Middle class (age 4)")
    BIG = "big", _("Big class (age 5)")
    MIXED = "mixed", _("Mixed-age class")
    ORDINARY = "ordinary", _("Ordinary class")


class GroupForm(TextChoices):
    """The four forms of school groups that the plan names in 3.2."""

    LEARNING_ZONE = "learning_zone", _("Learning zone")
    SCHOOL_GROUP = "school_group", _("School group")
    TOWN_COUNTRY = "town_country_community", _("Town-country community")
    RURAL_ALLIANCE = "rural_alliance", _("Rural school alliance")


class Sex(TextChoices):
    """Sex as written in the household register."""

    FEMALE = "f", _("Female")
    MALE = "m", _("Male")


class Relation(TextChoices):
    """What a guardian is to the child."""

    MOTHER = "mother", _("Mother")
    FATHER = "father", _("Father")
    GRANDPARENT = "grandparent", _("Grandparent")
    OTHER = "other", _("Other guardian")


class Employment(TextChoices):
    """The terms on which a member of staff is employed."""

    ESTABLISHMENT = "establishment", _("On the establishment")
    CONTRACT = "contract", _("On contract")
    SPECIAL_POST = "special_post", _("Special post")


class Education(TextChoices):
    """The highest education of a member of staff."""

    SECONDARY = "secondary", _("Secondary or below")
    COLLEGE = "college", _("Junior college")
    BACHELOR = "bachelor", _("Bachelor")
    MASTER = "master", _("Master")
    DOCTOR = "doctor", _("Doctor")


class BackboneLevel(TextChoices):
    """The level at which a teacher is recognised as backbone; empty when none."""

    NONE = "", _("None")
    COUNTY = "county", _("County")
    CITY = "city", _("City")
    PROVINCE = "province", _("Province")
    NATION = "nation", _("Nation")


class PostKind(TextChoices):
    """What a member of staff does at an institution."""

    HEAD = "head", _("Head")
    DEPUTY_HEAD = "deputy_head", _("Deputy head")
    TEACHER = "teacher", _("Teacher")
    CARE_WORKER = "care_worker", _("Care worker")
    HEALTH = "health", _("Health professional")
    ADMINISTRATION = "administration", _("Administration")
    SUPPORT = "support", _("Support")


class QualificationKind(TextChoices):
    """What a certificate of a member of staff attests."""

    TEACHER_CERTIFICATE = "teacher_certificate", _("Teacher certificate")
    HEALTH_LICENCE = "health_licence", _("Health professional licence")
    HEAD_TRAINING = "head_training", _("Head's post training")
    PUTONGHUA = "putonghua", _("Putonghua level")


class FacilityKind(TextChoices):
    """What a room or ground is for."""

    CLASSROOM = "classroom", _("Classroom")
    ACTIVITY_ROOM = "activity_room", _("Activity room")
    MUSIC_ROOM = "music_room", _("Music room")
    ART_ROOM = "art_room", _("Art room")
    LABORATORY = "laboratory", _("Laboratory")
    COMPUTER_ROOM = "computer_room", _("Computer room")
    LIBRARY = "library", _("Library")
    GYMNASIUM = "gymnasium", _("Gymnasium")
    SPORTS_FIELD = "sports_field", _("Sports field")
    FOOTBALL_PITCH = "football_pitch", _("Football pitch")
    OUTDOOR_PLAY = "outdoor_play", _("Outdoor play ground")
    HEALTH_ROOM = "health_room", _("Health room")
    DORMITORY = "dormitory", _("Dormitory")
    CANTEEN = "canteen", _("Canteen")
    OTHER = "other", _("Other")


class EquipmentCategory(TextChoices):
    """What a line of the equipment register counts."""

    TEACHING_INSTRUMENTS = "teaching_instruments", _("Teaching instruments")
    COMPUTERS = "computers", _("Computers")
    BOOKS = "books", _("Books")
    SPORTS = "sports", _("Sports equipment")
    MUSIC_ART = "music_art", _("Music and art equipment")


class MealMode(TextChoices):
    """How an institution feeds its pupils."""

    OWN = "own", _("Own kitchen")
    CONTRACTED = "contracted", _("Contracted kitchen")
    OUTSIDE = "outside", _("Meals bought from outside")


class FoodSafetyGrade(TextChoices):
    """The food-safety grade of a kitchen's last inspection."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    NONE = "", _("Not graded")


class WirelessCoverage(TextChoices):
    """How much of an institution the wireless network reaches."""

    FULL = "full", _("Full")
    PARTIAL = "partial", _("Partial")
    NONE = "none", _("None")
    UNKNOWN = "unknown", _("Not reported")


class LinkScope(TextChoices):
    """What a network link serves."""

    DIVISION = "division", _("County or district")
    INSTITUTION = "institution", _("Institution")
    CLASSROOM = "classroom", _("Classrooms")


class PartyKind(TextChoices):
    """Whom a restriction bars."""

    INSTITUTION = "institution", _("Institution")
    STAFF = "staff", _("Member of staff")
    STUDENT = "student", _("Student")
    OTHER = "other", _("Other party")


class Residence(TextChoices):
    """Whether a child's household register is rural or urban."""

    URBAN = "urban", _("Urban register")
    RURAL = "rural", _("Rural register")


class Terrain(IntegerChoices):
    """Class of a township in the national statistical area code."""

    URBAN = 1, _("Urban")
    TOWN = 2, _("Town")
    RURAL = 3, _("Rural")
