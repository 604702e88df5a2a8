"""Excel in and out of the registers: templates, exports, and imports that are previewed before they write."""
