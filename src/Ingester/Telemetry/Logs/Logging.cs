using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Ingester.Telemetry.Logs;

/// <summary>Configures Serilog: one JSON object per line when the output is redirected (containers), readable text in a terminal.</summary>
internal static class Logging
{
    private const string ConsoleTemplate = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Excludes the log entry of a failed host start: the exception is also thrown, and the command reports it.</summary>
    private const string StartFailureFilter = "EventId.Name = 'HostedServiceStartupFaulted'";

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
}
