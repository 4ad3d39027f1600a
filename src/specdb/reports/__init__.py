"""Reports: functions that read a view and return a Table."""
