"""The main job on real outputs: import, check, route, review by people's labels, audit, export, and one table."""
