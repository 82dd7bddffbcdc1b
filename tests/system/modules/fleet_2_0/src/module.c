#include "../../fleet.h"
