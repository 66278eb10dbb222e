import { Tooltip } from "@mantine/core";

/** In a file of its own, so that it can be fetched later. */
export default Tooltip;
