"""The registers of an office: what their files hold and how rows become records, one file a noun."""
