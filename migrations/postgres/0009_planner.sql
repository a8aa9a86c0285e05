-- PostgreSQL gathers its own figures; the file of this number is for SQLite's planner.
SELECT 1;
