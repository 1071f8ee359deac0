using Serilog.Events;

namespace Ingester.Configuration;

/// <summary>Checks the section <c>Serilog</c>.</summary>
internal static class SerilogSettings
{
    /// <summary>The keys of Serilog's configuration section.</summary>
    private static readonly string[] SectionNames =
        ["Using", "MinimumLevel", "LevelSwitches", "FilterSwitches", "WriteTo", "AuditTo", "Enrich", "Filter", "Destructure", "Properties"];

    private static readonly string[] LevelNames = ["Default", "Override", "ControlledBy"];

    /// <summary>
    /// Reports unknown names and levels in the section <c>Serilog</c>: Serilog itself ignores unknown names and throws for unknown levels.
    /// </summary>
    public static IEnumerable<string> FindErrors(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren().Where(child => !SectionNames.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            yield return $"{child.Path}: unknown Serilog setting. Available: {string.Join(", ", SectionNames)}.";
        var level = section.GetSection("MinimumLevel");
        foreach (var child in level.GetChildren().Where(child => !LevelNames.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            yield return $"{child.Path}: unknown Serilog setting. Available: {string.Join(", ", LevelNames)}.";
        foreach (var named in level.GetSection("Override").GetChildren().Prepend(level.GetSection("Default")).Prepend(level))
            if (named.Value is { Length: > 0 } text && !Enum.TryParse<LogEventLevel>(text, ignoreCase: true, out _))
                yield return $"{named.Path}: \"{text}\" is not one of {string.Join(", ", Enum.GetNames<LogEventLevel>())}.";
    }
}
