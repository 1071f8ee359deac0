using MudBlazor;

namespace Ingester.Dashboard.Components;

/// <summary>The colours and fonts of MudBlazor's components. Fonts are those of the reader's machine: nothing is loaded.</summary>
public static class DashboardTheme
{
    private static readonly string[] Fonts = ["system-ui", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"];

    /// <summary>The theme.</summary>
    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight { Primary = "#005a8c", Background = "#ffffff", Surface = "#ffffff", TextPrimary = "#1a1a1a" },
        PaletteDark = new PaletteDark { Primary = "#6cc0f0", Background = "#16191d", Surface = "#1f242a", TextPrimary = "#f0f0f0" },
        Typography = new() { Default = new DefaultTypography { FontFamily = Fonts } },
    };
}
