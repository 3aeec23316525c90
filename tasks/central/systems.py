"""The central systems of the province's folder: central/<system>.yaml."""

from pathlib import Path

from models.rules.central.central_file import CentralSystem, central_system_from
from tasks.profile import ProfileFault, read_yaml

FOLDER = "central"


def central_systems(profile: Path) -> list[CentralSystem]:
    """Every system of this folder, by file name; none where it has no such part. ProfileFault names the file."""
    systems: list[CentralSystem] = []
    for file in sorted((profile / FOLDER).glob("*.yaml")):
        name = f"{FOLDER}/{file.name}"
        try:
            system = central_system_from(read_yaml(profile, name))
        except ProfileFault:
            raise
        except ValueError as error:
            raise ProfileFault("\n".join(f"{name}: {line}" for line in str(error).splitlines())) from error
        if system.system in {one.system for one in systems}:
            raise ProfileFault(f"{name}: mã hệ thống {system.system!r} đã dùng ở tệp khác.")
        systems.append(system)
    return systems


def central_system(profile: Path, code: str) -> CentralSystem:
    """The system with this code; ProfileFault lists those there are."""
    systems = central_systems(profile)
    for system in systems:
        if system.system == code:
            return system
    known = ", ".join(system.system for system in systems) or "chưa khai hệ thống nào"
    raise ProfileFault(f"Không có hệ thống nào mang mã {code!r} trong thư mục {FOLDER} của tỉnh ({known}).")
