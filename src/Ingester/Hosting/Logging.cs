using Serilog;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting.Json;

namespace Ingester.Hosting;

/// <summary>Logs by Serilog: JSON lines where a machine reads (output redirected, containers), readable text in a terminal.</summary>
internal static class Logging
{
    private const string Readable = "{Timestamp:HH:mm:ss.fff} {Level:u3} {Message:lj}{NewLine}{Exception}";

    /// <summary>Only what must be seen, on the error stream: for commands whose output is for the reader.</summary>
    public static ILoggerFactory Quiet() => new SerilogLoggerFactory(
        new LoggerConfiguration()
            .MinimumLevel.Error()
            .WriteTo.Console(outputTemplate: Readable, standardErrorFromLevel: LogEventLevel.Verbose)
            .CreateLogger(),
        dispose: true);

    /// <summary>Makes the loggers; the section <c>Serilog</c> of the configuration may change levels.</summary>
    public static ILoggerFactory Create(IConfiguration configuration)
    {
        var settings = new LoggerConfiguration()
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            .ReadFrom.Configuration(configuration)
            .Enrich.FromLogContext();
        settings = Console.IsOutputRedirected
            ? settings.WriteTo.Console(new JsonFormatter(renderMessage: true))
            : settings.WriteTo.Console(outputTemplate: Readable);
        Log.Logger = settings.CreateLogger();
        return new SerilogLoggerFactory(dispose: true); // disposing it writes what waits, and so does whatever else ends the process: see CommandRunner
    }
}
