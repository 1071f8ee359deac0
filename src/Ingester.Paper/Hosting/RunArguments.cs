using System.CommandLine;
using System.Globalization;
using Ingester.Core.Time;
using Ingester.Paper.Settings;

namespace Ingester.Paper.Hosting;

/// <summary>The options of <c>run</c>, without those of the store.</summary>
internal sealed class RunArguments
{
    private const string TokenVariable = "INGESTER_PAPER_TOKEN";

    private readonly Option<Uri?> live = new("--live") { Description = "The status page of a recorder that serves its live stream, such as http://127.0.0.1:8080.", CustomParser = CommandValues.ParseAddress };
    private readonly Option<DateTimeOffset?> from = new("--from") { Description = "Start of a recorded period, such as 2026-11-20T10:00; UTC unless an offset is given.", CustomParser = CommandValues.ParseMoment };
    private readonly Option<DateTimeOffset?> to = new("--to") { Description = "End of the recorded period, exclusive.", CustomParser = CommandValues.ParseMoment };
    private readonly Option<TimeSpan?> duration = new("--for") { Description = "With --live: end after this time, such as 10m. Default: run until it is stopped.", CustomParser = CommandValues.ParseDuration };
    private readonly Option<string?> run = new("--run") { Description = "The name of the run and of its journal. Default: its kind and its start, such as replay-20261120T1000-20261120T1800." };
    private readonly Option<string[]> markets = new("--market") { Description = "A market to trade, as EXCHANGE=PAIR; can be repeated. Adds to Paper:Markets.", DefaultValueFactory = _ => [] };
    private readonly Option<string> profile = new("--profile") { Description = "The settings to begin with: dev or prod. Both only simulate. Default: prod.", DefaultValueFactory = _ => "prod" };
    private readonly Option<FileInfo?> config = new("--config") { Description = "A JSON file with settings in the section Paper." };
    private readonly Option<string[]> set = new("--set") { Description = "Any setting as NAME=VALUE, such as Paper:BarMinutes=1; can be repeated.", DefaultValueFactory = _ => [] };
    private readonly Option<Uri?> listen = new("--listen") { Description = "Address for /metrics and /health, such as http://127.0.0.1:8095. Default: none.", CustomParser = CommandValues.ParseAddress };
    private readonly Option<DateTimeOffset?> epoch = new("--clock-epoch") { Description = "Ingester:Clock:Epoch of a recorder with a simulated clock.", Hidden = true };
    private readonly Option<double> rate = new("--clock-rate") { Description = "Ingester:Clock:Rate of a recorder with a simulated clock.", Hidden = true, DefaultValueFactory = _ => 1 };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { live, from, to, duration, run, markets, profile, config, set, listen, epoch, rate })
            command.Add(option);
    }

    /// <summary>The clock of the data.</summary>
    public TimeProvider Clock(ParseResult line) => SimulatedClock.Create(new() { Epoch = line.GetValue(epoch), Rate = line.GetValue(rate) });

    /// <summary>The address of metrics; null for none.</summary>
    public Uri? Listen(ParseResult line) => line.GetValue(listen);

    /// <summary>The recorder; null for a replay.</summary>
    public Uri? Live(ParseResult line) => line.GetValue(live);

    /// <summary>How long a live run lasts; null until it is stopped.</summary>
    public TimeSpan? Duration(ParseResult line) => line.GetValue(duration);

    /// <summary>The period, in whole bars. A live run begins with the next bar, and its end is null.</summary>
    /// <exception cref="SettingsException">The options contradict each other.</exception>
    public (long Start, long? End) Period(ParseResult line, long bar, TimeProvider clock)
    {
        var (begin, end) = (line.GetValue(from), line.GetValue(to));
        if (Live(line) is not null)
            return begin is null && end is null ? ((Micros.Now(clock) / bar + 1) * bar, null) : throw new SettingsException("Give either --live, or --from and --to.");
        if (begin is not { } first || end is not { } last)
            throw new SettingsException("Give --from and --to for a recorded period, or --live for a recorder.");
        if (line.GetValue(duration) is not null)
            throw new SettingsException("--for needs --live.");
        var (start, stop) = ((Micros.From(first) + bar - 1) / bar * bar, Micros.From(last) / bar * bar);
        return start < stop ? (start, stop) : throw new SettingsException("--from must be at least one bar before --to.");
    }

    /// <summary>The name of the run.</summary>
    /// <exception cref="SettingsException">The name is not valid.</exception>
    public string Run(ParseResult line, long start, long? end) => line.GetValue(run) switch
    {
        null when end is { } last => string.Create(CultureInfo.InvariantCulture, $"replay-{Micros.ToDateTime(start):yyyyMMdd'T'HHmm}-{Micros.ToDateTime(last):yyyyMMdd'T'HHmm}"),
        null => string.Create(CultureInfo.InvariantCulture, $"live-{Micros.ToDateTime(start):yyyyMMdd'T'HHmm}"),
        { Length: > 0 and <= 100 } name when name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') => name,
        var name => throw new SettingsException($"--run '{name}': use at most 100 letters, digits and . _ -"),
    };

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">A setting is not valid.</exception>
    public PaperOptions ReadSettings(ParseResult line)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var setting in line.GetRequiredValue(set))
            if (setting.IndexOf('=', StringComparison.Ordinal) is > 0 and var sign)
                values[setting[..sign]] = setting[(sign + 1)..];
            else
                throw new SettingsException($"--set '{setting}': give NAME=VALUE.");
        foreach (var unknown in values.Keys.Where(static name => !name.StartsWith($"{PaperOptions.Section}:", StringComparison.OrdinalIgnoreCase)))
            throw new SettingsException($"--set {unknown}: settings of this program begin with {PaperOptions.Section}:.");
        if (Environment.GetEnvironmentVariable(TokenVariable) is { Length: > 0 } token)
            values.TryAdd($"{PaperOptions.Section}:Feed:Token", token);
        var named = line.GetRequiredValue(markets);
        for (var index = 0; index < named.Length; index++)
            if (named[index].Split('=') is [{ Length: > 0 } exchange, { Length: > 0 } pair])
                (values[$"{PaperOptions.Section}:Markets:c{index:D4}:Exchange"], values[$"{PaperOptions.Section}:Markets:c{index:D4}:Pair"]) = (exchange, pair);
            else
                throw new SettingsException($"--market '{named[index]}': give EXCHANGE=PAIR, such as binance=BTC-USDT.");
        return PaperSettings.Read(line.GetRequiredValue(profile), line.GetValue(config), values);
    }
}
