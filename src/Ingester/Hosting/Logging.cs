using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Ingester.Hosting;

/// <summary>Logs by Serilog: one JSON object per line where a machine reads (output redirected, containers), readable text in a terminal.</summary>
internal static class Logging
{
    private const string Readable = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>What Serilog reads in its section of the configuration.</summary>
    private static readonly string[] Names =
        ["Using", "MinimumLevel", "LevelSwitches", "FilterSwitches", "WriteTo", "AuditTo", "Enrich", "Filter", "Destructure", "Properties"];

    /// <summary>A host that cannot start logs the exception and throws it; the command that started it says the same in a sentence.</summary>
    private const string FailedStart = "EventId.Name = 'HostedServiceStartupFaulted'";

    private static readonly string[] LevelNames = ["Default", "Override", "ControlledBy"];

    /// <summary>Only what must be seen, on the error stream: for commands whose output is for the reader.</summary>
    public static ILoggerFactory Quiet() => new SerilogLoggerFactory(
        new LoggerConfiguration()
            .MinimumLevel.Error()
            .WriteTo.Console(outputTemplate: Readable, standardErrorFromLevel: LogEventLevel.Verbose)
            .CreateLogger(),
        dispose: true);

    /// <summary>Makes the loggers; the section <c>Serilog</c> of the configuration may change levels.</summary>
    /// <param name="configuration">The configuration.</param>
    /// <param name="identity">What every JSON line says about its process.</param>
    public static ILoggerFactory Create(IConfiguration configuration, LogIdentity identity)
    {
        var settings = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration)
            .Filter.ByExcluding(FailedStart)
            .Enrich.FromLogContext();
        settings = Console.IsOutputRedirected
            ? settings.WriteTo.Console(JsonLogLine.For(identity))
            : settings.WriteTo.Console(outputTemplate: Readable);
        Log.Logger = settings.CreateLogger();
        return new SerilogLoggerFactory(dispose: true); // disposing it writes what waits, and so does whatever else ends the process: see CommandRunner
    }

    /// <summary>Every name and level in the section <c>Serilog</c> that Serilog does not know: it ignores names, and ends the process at levels.</summary>
    public static IEnumerable<string> Errors(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren().Where(child => !Names.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            yield return $"{child.Path}: there is no such setting of Serilog; there are {string.Join(", ", Names)}.";
        var level = section.GetSection("MinimumLevel");
        foreach (var child in level.GetChildren().Where(child => !LevelNames.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
            yield return $"{child.Path}: there is no such setting of Serilog; there are {string.Join(", ", LevelNames)}.";
        foreach (var named in level.GetSection("Override").GetChildren().Prepend(level.GetSection("Default")).Prepend(level))
            if (named.Value is { Length: > 0 } text && !Enum.TryParse<LogEventLevel>(text, ignoreCase: true, out _))
                yield return $"{named.Path}: \"{text}\" is none of {string.Join(", ", Enum.GetNames<LogEventLevel>())}.";
    }
}
