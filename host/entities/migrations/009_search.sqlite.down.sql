DROP TABLE core_search_state;
DROP TABLE core_search_words;
DROP TABLE core_search;
