using System.Reflection;
using System.Text.Json;
using Ingester.Configuration;
using Ingester.Hosting;
using Ingester.Storage.Uploads;
using Ingester.Telemetry.Logs;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using Serilog.Formatting;

namespace Ingester.Tests.Program.Telemetry.Logs;

/// <summary>What a log line says of itself, and that one name means one event.</summary>
public sealed partial class LogTests
{
    [Fact]
    public void Line_is_one_object_with_replica_shard_version_utc_time_and_one_message()
    {
        var line = Logged(loggers => new ProcessEvents(loggers.CreateLogger<ProcessEvents>()).Ended(3, 1)).Single();
        Assert.Equal(["time", "level", "event", "message", "replica", "shard", "version", "source", "properties"], line.EnumerateObject().Select(part => part.Name));
        Assert.Equal(("b", 2), (line.GetProperty("replica").GetString(), line.GetProperty("shard").GetInt32()));
        Assert.EndsWith("Z", line.GetProperty("time").GetString(), StringComparison.Ordinal);
        Assert.Equal(LogIdentity.Version, line.GetProperty("version").GetString());
        Assert.Equal("The recorder has stopped and not everything is stored: 3 objects are lost, 1 are in the spool.", line.GetProperty("message").GetString());
        Assert.Equal("EndedIncomplete", line.GetProperty("event").GetString());
        Assert.Equal(3, line.GetProperty("properties").GetProperty("lost").GetInt64());
    }

    [Fact]
    public void Exception_and_special_characters_stay_within_one_line()
    {
        var line = Logged(loggers => LogSpecial(loggers.CreateLogger("x"), new InvalidOperationException("two\nlines"), "a\tb")).Single();
        Assert.Equal("a\tb — \"quoted\"", line.GetProperty("message").GetString());
        Assert.Contains("two\nlines", line.GetProperty("exception").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_event_has_a_name_of_its_own()
    {
        var names = new[] { typeof(Settings).Assembly, typeof(StorageEvents).Assembly }.SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(method => method.GetCustomAttribute<LoggerMessageAttribute>() is not null).Select(method => method.Name).ToList();
        Assert.NotEmpty(names);
        Assert.Empty(names.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key));
    }

    [Fact]
    public void First_log_line_names_the_configuration_and_the_last_one_whether_everything_is_stored()
    {
        var settings = Settings.Read(new Microsoft.Extensions.Configuration.ConfigurationBuilder()
            .Add(new SettingsSource("in a test", [KeyValuePair.Create("Exchanges:kraken:Markets:0", (string?)"*"), KeyValuePair.Create("Store:S3:Bucket", (string?)"trades-bucket")])).Build());
        var lines = Logged(loggers =>
        {
            var events = new ProcessEvents(loggers.CreateLogger<ProcessEvents>());
            events.Starting(settings);
            events.Ended(0, 0);
            events.Ended(2, 5);
        });
        foreach (var part in new[] { LogIdentity.Version, "replica a", "shard 0 of 1", "s3://trades-bucket", "http://127.0.0.1:8080", "kraken" })
            Assert.Contains(part, lines[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("everything is stored", lines[1].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("2 objects are lost, 5 are in the spool", lines[2].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("Warning", lines[2].GetProperty("level").GetString());
    }

    [LoggerMessage(LogLevel.Error, "{What} — \"quoted\"")]
    private static partial void LogSpecial(Microsoft.Extensions.Logging.ILogger log, Exception exception, string what);

    private static List<JsonElement> Logged(Action<ILoggerFactory> act)
    {
        var sink = new Lines(new("b", 2));
        using (var loggers = new SerilogLoggerFactory(new LoggerConfiguration().WriteTo.Sink(sink).CreateLogger(), dispose: true))
            act(loggers);
        return [.. sink.Written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private sealed class Lines(LogIdentity identity) : ILogEventSink
    {
        private readonly ITextFormatter format = JsonLogFormat.CreateFormatter(identity);

        public StringWriter Written { get; } = new();

        public void Emit(LogEvent logEvent) => format.Format(logEvent, Written);
    }
}
