"""The same cohort under other rules, over many redraws."""
