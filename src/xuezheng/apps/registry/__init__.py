"""The city's registers: divisions, institutions, classes, people, rooms, equipment and restrictions."""
