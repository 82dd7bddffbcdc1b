DROP TABLE core_search_state;
DROP TABLE core_search;
