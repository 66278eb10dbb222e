"""All SQL of exploring. It owns `item_texts`, `item_words`, `item_facets`, `explorer_marks` and `saved_views`."""
