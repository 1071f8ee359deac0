using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Ingester.Hosting;

/// <summary>Configures Serilog: one JSON object per line when the output is redirected (containers), readable text in a terminal.</summary>
internal static class Logging
{
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>The keys of Serilog's configuration section.</summary>
    private static readonly string[] SectionNames =
        ["Using", "MinimumLevel", "LevelSwitches", "FilterSwitches", "WriteTo", "AuditTo", "Enrich", "Filter", "Destructure", "Properties"];

    /// <summary>Excludes the log entry of a failed host start: the exception is also thrown, and the command reports it.</summary>
    private const string StartFailureFilter = "EventId.Name = 'HostedServiceStartupFaulted'";

    private static readonly string[] LevelNames = ["Default", "Override", "ControlledBy"];

    /// <summary>Logs only errors, to standard error: for commands that write their result to standard output.</summary>
    public static ILoggerFactory CreateErrorsOnly() => new SerilogLoggerFactory(
        new LoggerConfiguration()
            .MinimumLevel.Error()
            .WriteTo.Console(outputTemplate: ConsoleTemplate, standardErrorFromLevel: LogEventLevel.Verbose)
            .CreateLogger(),
        dispose: true);

    /// <summary>Creates the loggers; the configuration section <c>Serilog</c> can change levels.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="identity">The identity of the process in JSON lines.</param>
    public static ILoggerFactory Create(IConfiguration configuration, LogIdentity identity)
    {
        var settings = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration)
            .Filter.ByExcluding(StartFailureFilter)
            .Enrich.FromLogContext();
        settings = Console.IsOutputRedirected
            ? settings.WriteTo.Console(JsonLogFormat.CreateFormatter(identity))
            : settings.WriteTo.Console(outputTemplate: ConsoleTemplate);
        Log.Logger = settings.CreateLogger();
        return new SerilogLoggerFactory(dispose: true); // flushed on dispose, and in CommandRunner for every other exit
    }

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
