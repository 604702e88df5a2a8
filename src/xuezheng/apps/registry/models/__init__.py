"""The registers, by subject: places, institutions, classes, people, premises, restrictions."""

from xuezheng.apps.registry.models.choices import (
    Employment,
    FacilityKind,
    GradeStructure,
    GroupForm,
    InstitutionKind,
    Ownership,
    PostKind,
    QualificationKind,
    Setting,
    Sex,
    Stage,
    WirelessCoverage,
)
from xuezheng.apps.registry.models.classes import SchoolClass
from xuezheng.apps.registry.models.imports import ImportBatch, ImportContent, ImportState
from xuezheng.apps.registry.models.institutions import (
    Campus,
    Institution,
    OwnershipPeriod,
    SchoolGroup,
    SchoolGroupMember,
)
from xuezheng.apps.registry.models.people import (
    Guardian,
    Staff,
    StaffPost,
    StaffQualification,
    Student,
    StudentGuardian,
)
from xuezheng.apps.registry.models.places import Division, Township
from xuezheng.apps.registry.models.premises import Equipment, Facility, Kitchen, NetworkLink
from xuezheng.apps.registry.models.restrictions import Restriction

__all__ = [
    "Campus",
    "Division",
    "Employment",
    "Equipment",
    "Facility",
    "FacilityKind",
    "GradeStructure",
    "GroupForm",
    "Guardian",
    "ImportBatch",
    "ImportContent",
    "ImportState",
    "Institution",
    "InstitutionKind",
    "Kitchen",
    "NetworkLink",
    "Ownership",
    "OwnershipPeriod",
    "PostKind",
    "QualificationKind",
    "Restriction",
    "SchoolClass",
    "SchoolGroup",
    "SchoolGroupMember",
    "Setting",
    "Sex",
    "Staff",
    "StaffPost",
    "StaffQualification",
    "Stage",
    "Student",
    "StudentGuardian",
    "Township",
    "WirelessCoverage",
]
