import {
  type CSSVariablesResolver,
  colorsTuple,
  createTheme,
  type MantineThemeOverride,
  type VariantColorsResolver,
} from "@mantine/core";
import controls from "./controls.module.css";
import { dark, light, type Token } from "./tokens";

const own = (token: Token) => `var(--${token})`;

const tokenVariables = (tokens: Record<Token, string>) =>
  Object.fromEntries(Object.entries(tokens).map(([name, value]) => [`--${name}`, value]));

/** Emits our tokens and points Mantine's own variables at them. */
export const cssVariablesResolver: CSSVariablesResolver = () => {
  const mapped = {
    "--mantine-color-body": own("canvas"),
    "--mantine-color-text": own("ink"),
    "--mantine-color-bright": own("ink"),
    "--mantine-color-dimmed": own("ink-3"),
    "--mantine-color-placeholder": own("ink-3"),
    "--mantine-color-anchor": own("accent"),
    "--mantine-color-default": own("surface"),
    "--mantine-color-default-hover": own("sunken"),
    "--mantine-color-default-color": own("ink"),
    "--mantine-color-default-border": own("edge"),
    "--mantine-color-error": own("bad"),
    "--mantine-color-disabled": own("sunken"),
    "--mantine-color-disabled-color": own("ink-3"),
    "--mantine-color-disabled-border": own("line"),
    "--mantine-primary-color-filled": own("accent"),
    "--mantine-primary-color-filled-hover": own("accent"),
    "--mantine-primary-color-light": own("accent-soft"),
    "--mantine-primary-color-light-hover": own("accent-soft"),
    "--mantine-primary-color-light-color": own("accent"),
    "--mantine-primary-color-contrast": own("on-accent"),
    "--mantine-color-accent-filled": own("accent"),
    "--mantine-color-accent-outline": own("accent"),
  };
  return {
    variables: {},
    light: { ...tokenVariables(light), ...mapped, "color-scheme": "light" },
    dark: { ...tokenVariables(dark), ...mapped, "color-scheme": "dark" },
  };
};

const buttonColours: VariantColorsResolver = ({ variant }) => {
  switch (variant) {
    case "filled":
      return {
        background: own("accent"),
        hover: own("accent"),
        color: own("on-accent"),
        border: `1px solid ${own("accent")}`,
      };
    case "subtle":
    case "transparent":
      return { background: "transparent", hover: own("sunken"), color: own("ink-2"), border: "1px solid transparent" };
    default:
      return { background: own("surface"), hover: own("sunken"), color: own("ink"), border: `1px solid ${own("edge")}` };
  }
};

const accent = colorsTuple(own("accent"));

/** The head of a dialog is a `<header>`, which would count as a second banner of the page. */
const noBanner = { header: { role: "none" } };

export const theme: MantineThemeOverride = createTheme({
  primaryColor: "accent",
  primaryShade: 6,
  colors: { accent },
  white: light.surface,
  black: light.ink,
  fontFamily: "var(--ui)",
  fontFamilyMonospace: "var(--code)",
  headings: { fontFamily: "var(--ui)", fontWeight: "600" },
  fontSizes: { xs: "12px", sm: "13px", md: "14px", lg: "16px", xl: "20px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "24px", xl: "28px" },
  spacing: { xs: "4px", sm: "8px", md: "12px", lg: "16px", xl: "24px" },
  radius: { xs: "4px", sm: "6px", md: "6px", lg: "8px", xl: "10px" },
  defaultRadius: "sm",
  focusRing: "auto",
  respectReducedMotion: true,
  cursorType: "pointer",
  variantColorResolver: buttonColours,
  shadows: { xs: "none", sm: "none", md: "var(--shadow)", lg: "var(--shadow)", xl: "var(--shadow)" },
  components: {
    Button: { defaultProps: { variant: "default", size: "sm" } },
    ActionIcon: { defaultProps: { variant: "subtle", size: 28 } },
    Input: { classNames: { input: controls.input } },
    InputWrapper: { defaultProps: { withAsterisk: false }, classNames: { description: controls.description } },
    TextInput: { defaultProps: { size: "sm" } },
    PasswordInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm" } },
    Checkbox: {
      defaultProps: { radius: "xs", size: "xs" },
      classNames: { input: controls.box, icon: controls.mark, description: controls.description },
    },
    Radio: {
      defaultProps: { size: "xs" },
      classNames: { radio: controls.box, icon: controls.mark, description: controls.description },
    },
    Switch: {
      defaultProps: { withThumbIndicator: false },
      classNames: { track: controls.track, thumb: controls.thumb, description: controls.description },
    },
    Slider: { classNames: { track: controls.sliderTrack, bar: controls.bar, thumb: controls.thumb } },
    Modal: {
      classNames: { content: controls.dialog, header: controls.dialogHead, title: controls.dialogTitle },
      defaultProps: {
        attributes: noBanner,
        centered: true,
        radius: "xl",
        transitionProps: { transition: "fade", duration: 120 },
        overlayProps: { color: "var(--veil)", backgroundOpacity: 1 },
      },
    },
    Drawer: {
      classNames: { content: controls.dialog, header: controls.dialogHead, title: controls.dialogTitle },
      defaultProps: {
        attributes: noBanner,
        transitionProps: { duration: 120 },
        overlayProps: { color: "var(--veil)", backgroundOpacity: 1 },
      },
    },
    Menu: {
      classNames: { dropdown: controls.menu },
      defaultProps: { shadow: "md", transitionProps: { duration: 120 } },
    },
    Tooltip: { defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } },
    SegmentedControl: { classNames: { root: controls.segments, indicator: controls.segment, label: controls.segmentLabel } },
    Tabs: { classNames: { list: controls.tabList, tab: controls.tab } },
    Skeleton: { defaultProps: { animate: false } },
  },
});
