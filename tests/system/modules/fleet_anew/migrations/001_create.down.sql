-- Takes the vehicles away again.
DROP TABLE fleet_vehicle;
