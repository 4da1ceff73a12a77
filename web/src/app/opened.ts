// Where the pages were opened: asked at once, for most code is loaded later, when somebody may be elsewhere already.
export const OPENED_AT = location.pathname;
