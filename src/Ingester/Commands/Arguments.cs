using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Ingester.Configuration;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Exchanges;

namespace Ingester.Commands;

/// <summary>What several commands take.</summary>
internal static class Arguments
{
    /// <summary>The name of an exchange.</summary>
    public static Argument<string> Exchange() => new("EXCHANGE")
    {
        Description = $"One of {string.Join(", ", Catalog.All.Select(exchange => exchange.Profile.Name))}.",
    };

    /// <summary>Reads an address that begins with http:// or https://; anything else is an error of the command line.</summary>
    public static Uri? Address(ArgumentResult result)
    {
        if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"'{result.Tokens[0].Value}' is not an address that begins with http:// or https://.");
        return null;
    }

    /// <summary>Holds a number to its limits; anything else is an error of the command line.</summary>
    public static Option<T> Between<T>(Option<T> option, T least, T most)
        where T : struct, IComparable<T>
    {
        option.Validators.Add(result =>
        {
            if (result.Errors.Any() || result.GetValue(option) is var value && value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0)
                return;
            result.AddError($"{option.Name} must be between {least} and {most}.");
        });
        return option;
    }

    /// <summary>A moment; without an offset it is UTC.</summary>
    public static Option<DateTimeOffset> Moment(string name, string description) => new(name)
    {
        Description = $"{description} Such as 2026-11-20T10:00 or 2026-11-20T10:00:00.5+01:00; without an offset it is UTC.",
        Required = true,
        CustomParser = static result =>
        {
            if (DateTimeOffset.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
                return moment;
            result.AddError($"'{result.Tokens[0].Value}' is no moment, such as 2026-11-20T10:00.");
            return default;
        },
    };

    /// <summary>A span such as 90s, 10m, 26h or 7d.</summary>
    public static Option<TimeSpan?> Span(string name, string description) => new(name)
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

            result.AddError($"'{text}' is no span, such as 90s, 10m, 26h or 7d.");
            return null;
        },
    };

    /// <summary>A file with settings.</summary>
    public static Option<FileInfo?> Config() => new("--config") { Description = "A JSON file with settings, read after appsettings.json." };

    /// <summary>Any setting.</summary>
    public static Option<string[]> Set(string example) => new("--set")
    {
        Description = $"Any other setting as NAME=VALUE, such as {example}; may be given several times.",
    };

    /// <summary>The settings that <see cref="Set"/> gave; what is no <c>NAME=VALUE</c> is reported together with every other error of the settings.</summary>
    public static GivenSettings Settings(string[]? given)
    {
        var values = new GivenSettings();
        foreach (var setting in given ?? [])
            if (TryCut(setting, "--set", values, out var name, out var value))
                values[name] = value;
        return values;
    }

    /// <summary>The two sides of <c>NAME=VALUE</c>; false, and reported, when the text has no such form.</summary>
    public static bool TryCut(string text, string option, GivenSettings values, out string name, out string value)
    {
        var sign = text.IndexOf('=', StringComparison.Ordinal);
        (name, value) = sign > 0 ? (text[..sign].Trim(), text[(sign + 1)..]) : ("", "");
        if (name.Length == 0)
            values.Report($"{option} {text}: NAME=VALUE is expected.");
        return name.Length > 0;
    }

    /// <summary>One or more datasets.</summary>
    public static Option<string[]> Datasets(string description, params string[] chosen) => new Option<string[]>("--dataset")
    {
        Description = $"{description} One of trades, agg-trades, depth; may be given again.",
        DefaultValueFactory = _ => chosen,
    }.AcceptOnlyFromAmong("trades", "agg-trades", "depth");

    /// <summary>The dataset of a name that the command line has accepted.</summary>
    public static Dataset Dataset(string name) => DatasetNames.TryParse(name, out var dataset) ? dataset : throw new CommandException($"There is no dataset '{name}'.");

    /// <summary>The exchange that a name means.</summary>
    /// <exception cref="CommandException">There is none of that name.</exception>
    public static IExchange Find(string name) => Catalog.Find(name)
        ?? throw new CommandException($"There is no exchange '{name}'; there are {string.Join(", ", Catalog.All.Select(e => e.Profile.Name))}.");
}
