using Ingester.Configuration;
using Ingester.Errors;
using Ingester.Testing;
using Microsoft.Extensions.Configuration;

namespace Ingester.Tests.Program.Configuration;

public sealed class SettingsTests
{
    [Fact]
    public void All_faults_are_reported_at_once_by_their_names()
    {
        var error = Assert.Throws<CommandException>(() => Read(
            ("Ingester:Replica", "A B"),
            ("Ingester:Replicas:0", "x"),
            ("Ingester:Segmentz:Hold", "1"),
            ("Ingester:Segments:MaxHoldTime", "soon"),
            ("Ingester:Segments:ProofLeadTime", "05:00:00"),
            ("Ingester:Segments:Windows:0:Minutes", "7"),
            ("Ingester:Segments:Windows:0:Minuten", "5"),
            ("Ingester:Storage:UploadWorkers", "0"),
            ("Ingester:Clock:Rate", "30"),
            ("Ingester:Status:Listen", "ftp://here"),
            ("Ingester:Exchanges:binance:Datasets:0", "candles"),
            ("Ingester:Exchanges:nasdaq:Markets:0", "*")));
        Assert.All(
            new[]
            {
                "Ingester:Replica:", "not among", "Ingester:Segmentz", "Ingester:Segments:MaxHoldTime", "ProofLeadTime", "Minutes", "Ingester:Segments:Windows:0:Minuten",
                "UploadWorkers", "Ingester:Clock:Epoch", "Listen", "Ingester:Exchanges:binance:Markets: required", "candles", "nasdaq",
            },
            name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void Empty_configuration_is_reported_as_no_configured_exchange() =>
        Assert.Contains("no exchange is configured", Assert.Throws<CommandException>(() => Read()).Message, StringComparison.Ordinal);

    [Fact]
    public void Good_configuration_is_read_with_its_defaults()
    {
        var settings = Read(("Ingester:Exchanges:binance:Markets:0", "BTC-*"), ("Ingester:Segments:MaxHoldTime", "00:01:00"));
        Assert.Equal(("a", TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(5)), (settings.Replica, settings.Segments.MaxHoldTime, settings.Segments.ProofLeadTime));
        Assert.Equal(["BTC-*"], settings.Exchanges["binance"].Markets);
    }

    [Theory]
    [InlineData("Raw:Exchanges:0", "kraken", "Ingester:Raw:Exchanges:0: \"kraken\" is not recorded. Use \"*\" for all recorded exchanges, or some of binance.")]
    [InlineData("Raw:MaxMemoryBytes", "1000", "Ingester:Raw:MaxMemoryBytes: 1000 is not between 16777216 and 1099511627776.")]
    [InlineData("Raw:MaxSpoolBytes", "5000000000", "Ingester:Raw:MaxSpoolBytes: 5000000000 is more than half of Ingester:Storage:Spool:MaxBytes (8589934592)")]
    [InlineData("Raw:MaxPartBytes", "1000", "Ingester:Raw:MaxPartBytes: unknown setting; did you mean MaxSpoolBytes")]
    public void Wrong_setting_of_raw_capture_is_named(string name, string value, string message)
    {
        var error = Assert.Throws<CommandException>(() => Read(
            ("Ingester:Exchanges:binance:Markets:0", "BTC-*"), ("Ingester:Raw:Exchanges:1", "*"), ("Ingester:Storage:Spool:Directory", "spool"), ($"Ingester:{name}", value)));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Raw_capture_is_off_by_default_and_can_include_all_exchanges()
    {
        Assert.False(Read(("Ingester:Exchanges:binance:Markets:0", "BTC-*")).Raw.Includes("binance"));
        Assert.True(Read(("Ingester:Exchanges:binance:Markets:0", "BTC-*"), ("Ingester:Raw:Exchanges:0", "*")).Raw.Includes("binance"));
    }

    [Theory]
    [InlineData("Nope", "available: Ingester, Serilog")]
    [InlineData("MaxHoldTime", "did you mean Segments:MaxHoldTime?")]
    [InlineData("Ingestor:Store:Directory", "did you mean Ingester?")]
    [InlineData("Segmants:Hold", "did you mean Segments?")]
    [InlineData("Segments:MaxHoldTiem", "did you mean MaxHoldTime")]
    [InlineData("Segments:Hold", "this setting was removed: use Segments:MaxHoldTime")]
    [InlineData("Storage:RetryDelay", "this setting was removed: it is fixed")]
    [InlineData("Ingester:Connections:RotateAftr", "did you mean RotateAfter")]
    [InlineData("Ingester:Connections:DialTimeout", "this setting was removed: it became internal, and its default applies")]
    [InlineData("Ingester:Internal:Connections:DialTimeuot", "not an internal setting")]
    [InlineData("Ingester:Exchanges:binance:Market:0", "did you mean Markets?")]
    [InlineData("Exchanges:binance:LiveBooks:0", "this setting was removed: use VerifiedBooks")]
    [InlineData("Storage:Codec", "this setting was removed: libdeflate is used if it is installed")]
    [InlineData("Storage:CompressionLevel", "this setting was removed: use Storage:Compression:Level")]
    [InlineData("Connections:StayAwake", "this setting was removed: the power state of the machine is not changed")]
    [InlineData("Ingester:Connections:tls", "this setting was removed: .NET's SslStream is always used")]
    [InlineData("Segments:MaxHoldTime:Deeper", "unknown setting; Ingester:Segments:MaxHoldTime is a time span")]
    [InlineData("Store", "but a section is expected")]
    [InlineData("Exchanges:binance:Exclude", "but a list is expected")]
    [InlineData("Serilog:MinimumLevl", "unknown Serilog setting")]
    [InlineData("Serilog:MinimumLevel:Default", "is not one of Verbose")]
    public void Unknown_name_is_an_error_that_suggests_the_closest_name(string name, string words)
    {
        var error = Assert.Throws<CommandException>(() => Written(("Exchanges:binance:Markets:0", "*"), (name, "x")));
        Assert.Contains("wrong in 1 place(s)", error.Message, StringComparison.Ordinal);
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.ExitCode);
    }

    [Fact]
    public void Names_mean_the_same_with_and_without_the_prefix()
    {
        var settings = Written(("Exchanges:binance:Markets:0", "BTC-*"), ("segments:maxholdtime", "00:01:00"), ("Ingester:Segments:ProofLeadTime", "00:00:07"));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(7)), (settings.Segments.MaxHoldTime, settings.Segments.ProofLeadTime));
        Assert.Contains("set twice", Assert.Throws<CommandException>(() => Written(("Replica", "a"), ("Ingester:Replica", "a"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Later_source_wins_whichever_way_it_writes_the_name()
    {
        var read = Settings.Read(new ConfigurationBuilder()
            .Add(new SettingsSource("in a file", [KeyValuePair.Create("Ingester:Replica", (string?)"file"), KeyValuePair.Create("Exchanges:binance:Markets:0", (string?)"*")]))
            .Add(new SettingsSource("on the command line", [KeyValuePair.Create("Replica", (string?)"line")])).Build());
        Assert.Equal("line", read.Replica);
    }

    [Fact]
    public void Environment_is_read_by_its_prefix_and_a_misspelt_prefix_is_an_error()
    {
        var layer = ConfigurationLoader.ReadEnvironment(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["INGESTER__REPLICA"] = "b",
            ["INGESTOR__REPLICA"] = "c",
            ["INGESTER_STORE_DIRECTORY"] = "/x",
            ["INGESTER_CORPUS"] = "/corpus",
            ["STORE"] = "someone else's",
            ["PATH"] = "/bin",
        });
        Assert.Equal(
            ["INGESTER_STORE_DIRECTORY: unknown setting; did you mean INGESTER__STORE__DIRECTORY?", "INGESTOR__REPLICA: unknown setting; did you mean INGESTER__REPLICA?"],
            layer.Errors.Select(error => error.Replace(" (in the environment)", "", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.True(layer.TryGet("Ingester:Replica", out var replica));
        Assert.Equal("b", replica);
        Assert.False(layer.TryGet("Ingester:Store", out _));
    }

    [Fact]
    public void Errors_name_the_expected_value_and_its_source_without_dotnet_terms()
    {
        var error = Assert.Throws<CommandException>(() => Written(
            ("Segments:MaxHoldTime", "soon"),
            ("Segments:ProofLeadTime", "05:00:00"),
            ("Segments:MaxSegmentBytes", "many"),
            ("Segments:Windows:0:Minutes", "7"),
            ("Segments:Windows:0:From", "x"),
            ("Storage:Compression:Level", "0"),
            ("Storage:Spool:DrainWorkers", "0"),
            ("Store:S3:Bucket", "NO"),
            ("Store:S3:ForcePathStyle", "maybe"),
            ("Telemetry:Otlp:Protocol", "smoke"),
            ("Connections:ReceiveThreads", "0"),
            ("Exchanges:binance:Markets:0", "*"))).Message;
        foreach (var words in new[]
                 {
                     "Ingester:Segments:MaxHoldTime: \"soon\" is not a time span such as 00:01:00 (hours, minutes, seconds). (on the command line)",
                     "Ingester:Segments:ProofLeadTime: 05:00:00 is not between 00:00:00 and 00:10:00. (on the command line)",
                     "Ingester:Segments:MaxSegmentBytes: \"many\" is not a whole number.",
                     "Ingester:Segments:Windows:0:Minutes: 7 is not one of 1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30, 60.",
                     "Ingester:Segments:Windows:0:From: \"x\" is not a date and time such as",
                     "Ingester:Storage:Compression:Level: 0 is not between 1 and 9.",
                     "Ingester:Storage:Spool:Directory: a value is required.",
                     "Ingester:Storage:Spool:DrainWorkers: 0 is not between 1 and 64.",
                     "The bucket name 'NO' is not valid: S3 requires",
                     "Ingester:Store:S3:ForcePathStyle: \"maybe\" is not true or false.",
                     "Ingester:Telemetry:Otlp:Protocol: \"smoke\" is not accepted: grpc or http.",
                     "Ingester:Connections:ReceiveThreads: 0 is not between 1 and 256.",
                 })
            Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.DoesNotMatch("Attribute|System\\.|Options\\.|The field|Exception|cannot be read as what", error);
    }

    [Theory]
    [InlineData("{\n  \"Ingester\": {\n    \"Replica\": \"a\" x\n  }\n}", "line 3, byte 20: 'x' is invalid")]
    [InlineData("{ \"Ingester\": ", "line 1, byte ")]
    [InlineData("[]", "must be an object")]
    [InlineData("", "line 1, byte 1")]
    public void Broken_json_is_reported_with_its_line_and_hides_no_other_error(string json, string words)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, json);
            var given = Ingester.Commands.CommonArguments.ParseSettings(["foo", "Nope=1"]);
            var error = Assert.Throws<CommandException>(() => Settings.Read(ConfigurationLoader.Load(new(file), given))).Message;
            foreach (var part in new[] { file, words, "--set foo: expected NAME=VALUE", "Nope: unknown setting", "wrong in 3 place(s)" })
                Assert.Contains(part, error, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Every_setting_of_the_documentation_is_one_and_every_one_is_documented()
    {
        var page = File.ReadAllText(Path.Combine(Corpus.Repository, "docs", "configuration.md"));
        foreach (var path in SettingNames.All.Where(path => !path.StartsWith("Telemetry:", StringComparison.Ordinal))) // those are on a page of their own
            Assert.Contains(path[(path.LastIndexOf(':') + 1)..] is "0" ? path[..^2] : path.Split(':')[^1], page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("deploy/compose/real.json")]
    [InlineData("deploy/compose/simulated.json")]
    [InlineData("deploy/systemd/ingester.json")]
    public void Configuration_that_is_shipped_is_accepted(string file) =>
        Assert.NotEmpty(Settings.Read(ConfigurationLoader.Load(new(Path.Combine(Corpus.Repository, file)), new())).Exchanges);

    private static Settings Written(params (string Name, string Value)[] values) => Settings.Read(new ConfigurationBuilder()
        .Add(new SettingsSource("on the command line", values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))).Build());

    private static Settings Read(params (string Name, string Value)[] values) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value))).Build());
}
