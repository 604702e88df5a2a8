"""Why one applicant is where they are, as data that checks alone."""
