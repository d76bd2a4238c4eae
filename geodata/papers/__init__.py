"""Write what goes to other bodies: reports as DOCX, warnings as CAP."""
