"""The functions of src: found, given their variables, called once with a sample event."""
