"""Cloud Cop: rules judge the estate, findings are kept, patrols tell what is new."""
