using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using System.Globalization;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Errors;
using Ingester.Exchanges;

namespace Ingester.Commands;

/// <summary>Arguments and options that several commands share.</summary>
internal static class CommonArguments
{
    private static IEnumerable<string> ExchangeNames => ExchangeCatalog.All.Select(exchange => exchange.Profile.Name);

    /// <summary>An exchange by its name.</summary>
    public static Argument<IExchange> Exchange() => new("EXCHANGE")
    {
        HelpName = "EXCHANGE",
        Description = $"One of {string.Join(", ", ExchangeNames)}.",
        CompletionSources = { _ => ExchangeNames.Select(name => new CompletionItem(name)) },
        CustomParser = static result => ParseExchange(result.Tokens[0], result),
    };

    /// <summary>Exchanges by their names.</summary>
    public static Option<IExchange[]> Exchanges() => new("--exchange")
    {
        HelpName = "exchange",
        Description = "The exchange; can be repeated. Default: all.",
        CompletionSources = { _ => ExchangeNames.Select(name => new CompletionItem(name)) },
        CustomParser = static result => [.. result.Tokens.Select(token => ParseExchange(token, result)).OfType<IExchange>()],
        DefaultValueFactory = _ => [],
    };

    /// <summary>A market.</summary>
    public static Argument<string> Pair() => new("PAIR") { Description = "The market's canonical name, such as BTC-USDT." };

    /// <summary>Whether the result is printed as JSON.</summary>
    public static Option<bool> Json(string description = "Print JSON.") => new("--json") { Description = description };

    /// <summary>Parses an http:// or https:// address; any other text is a command-line error.</summary>
    public static Uri? ParseAddress(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"'{result.Tokens[0].Value}' is not a URL that begins with http:// or https://.");
        return null;
    }

    /// <summary>Adds a validator for the range of a number.</summary>
    public static Option<T> WithRange<T>(Option<T> option, T least, T most)
        where T : struct, IComparable<T> =>
        Requiring(option, value => value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0, _ => $"{option.Name} must be between {least} and {most}.");

    /// <summary>Adds a validator.</summary>
    public static Option<T> Requiring<T>(Option<T> option, Func<T, bool> isValid, Func<T, string> message)
    {
        option.Validators.Add(result =>
        {
            if (!result.Errors.Any() && result.GetValue(option) is { } value && !isValid(value))
                result.AddError(message(value));
        });
        return option;
    }

    /// <summary>A date and time; UTC unless an offset is given.</summary>
    public static Option<DateTimeOffset> Moment(string name, string description) => new(name)
    {
        Description = $"{description} For example 2026-11-20T10:00 or 2026-11-20T10:00:00.5+01:00; UTC unless an offset is given.",
        Required = true,
        CustomParser = static result => ParseMoment(result) ?? default,
    };

    /// <summary>A date and time that may be left out.</summary>
    public static Option<DateTimeOffset?> OptionalMoment(string name, string description) => new(name)
    {
        Description = $"{description} For example 2026-11-20T10:00, or yesterday; UTC unless an offset is given.",
        CustomParser = ParseMoment,
    };

    /// <summary>A day in UTC.</summary>
    public static Option<DateOnly> Day() => new("--date")
    {
        Description = "The day, in UTC by exchange time: such as 2026-11-20, today or yesterday.",
        Required = true,
        CustomParser = static result => ParseDay(result) ?? default,
    };

    /// <summary>A day that may be left out.</summary>
    public static Option<DateOnly?> OptionalDay(string description, string name = "--date") => new(name) { Description = description, CustomParser = ParseDay };

    /// <summary>A duration such as 90s, 10m, 26h or 7d.</summary>
    public static Option<TimeSpan?> Duration(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = static result =>
        {
            var text = result.Tokens[0].Value;
            if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0)
                switch (text[^1])
                {
                    case 's': return TimeSpan.FromSeconds(count);
                    case 'm': return TimeSpan.FromMinutes(count);
                    case 'h': return TimeSpan.FromHours(count);
                    case 'd' when count <= 3650: return TimeSpan.FromDays(count);
                    default: break;
                }

            result.AddError($"'{text}' is not a duration, such as 90s, 10m, 26h or 7d.");
            return null;
        },
    };

    /// <summary>A JSON file with settings.</summary>
    public static Option<FileInfo?> Config() => new("--config") { Description = "A JSON file with settings, read after appsettings.json." };

    /// <summary>Any setting as <c>NAME=VALUE</c>.</summary>
    public static Option<string[]> Set(string example) => new("--set")
    {
        Description = $"Any other setting as NAME=VALUE, such as {example}; can be repeated.",
    };

    /// <summary>
    /// Parses the values of <see cref="Set"/>. A text without <c>NAME=VALUE</c> is reported together with all other errors of the settings.
    /// </summary>
    public static CommandLineSettings ParseSettings(string[]? given)
    {
        var values = new CommandLineSettings();
        foreach (var setting in given ?? [])
            if (TrySplit(setting, "--set", values, out var name, out var value))
                values[name] = value;
        return values;
    }

    /// <summary>Splits <c>NAME=VALUE</c>; returns false and adds an error when the text has another form.</summary>
    public static bool TrySplit(string text, string option, CommandLineSettings values, out string name, out string value)
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        (name, value) = sign > 0 ? (text[..sign].Trim(), text[(sign + 1)..]) : ("", "");
        if (name.Length == 0)
            values.AddError($"{option} {text}: expected NAME=VALUE.");
        return name.Length > 0;
    }

    /// <summary>One or more datasets.</summary>
    public static Option<string[]> Datasets(string description, params string[] defaults) => new Option<string[]>("--dataset")
    {
        Description = $"{description} One of trades, agg-trades, depth; can be repeated.",
        DefaultValueFactory = _ => defaults,
    }.AcceptOnlyFromAmong("trades", "agg-trades", "depth");

    /// <summary>Parses a dataset name that the command line has already validated.</summary>
    public static Dataset ParseDataset(string name) => DatasetNames.TryParse(name, out var dataset) ? dataset : throw new CommandException($"Unknown dataset '{name}'.");

    private static IExchange? ParseExchange(Token name, ArgumentResult result)
    {
        var exchange = ExchangeCatalog.Find(name.Value);
        if (exchange is null)
            result.AddError($"Unknown exchange '{name.Value}'. Available: {string.Join(", ", ExchangeNames)}.");
        return exchange;
    }

    private static DateOnly? ParseDay(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (ParseRelativeDay(text) is { } relative)
            return relative;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and < 9999)
            return day;
        result.AddError($"'{text}' is not a day, such as 2026-11-20, today or yesterday.");
        return null;
    }

    /// <summary>The day in UTC that <c>today</c> or <c>yesterday</c> names; null for other texts.</summary>
    private static DateOnly? ParseRelativeDay(string text)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return text switch { "today" => today, "yesterday" => today.AddDays(-1), _ => null };
    }

    private static DateTimeOffset? ParseMoment(ArgumentResult result)
    {
        if (ParseRelativeDay(result.Tokens[0].Value) is { } day)
            return new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        result.AddError($"'{result.Tokens[0].Value}' is not a date and time, such as 2026-11-20T10:00.");
        return null;
    }
}
