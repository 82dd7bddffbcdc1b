-- Takes the orders away.
DROP TABLE supply_line;
DROP TABLE supply_order;
