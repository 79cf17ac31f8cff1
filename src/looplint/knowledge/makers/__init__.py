"""How the client catalogue is made and checked. Only maintainers run this; see docs/maintenance.md."""
