using Spectre.Console;

namespace Ingester.Commands;

/// <summary>The console for tables: colours and live views in a terminal, plain text when the output is redirected.</summary>
internal static class Screen
{
    private const int RedirectedWidth = 160;

    /// <summary>Creates the console.</summary>
    public static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected)
            return AnsiConsole.Console;
        var console = AnsiConsole.Create(new() { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No });
        console.Profile.Width = RedirectedWidth;
        return console;
    }
}
