using System.CommandLine.Parsing;
using System.Globalization;

namespace Ingester.Paper.Hosting;

/// <summary>Parses the values of options.</summary>
internal static class CommandValues
{
    /// <summary>An address that begins with http:// or https://.</summary>
    public static Uri? ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            return address;
        result.AddError($"'{text}' is not a URL that begins with http:// or https://.");
        return null;
    }

    /// <summary>A moment; UTC unless an offset is given.</summary>
    public static DateTimeOffset? ParseMoment(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment;
        result.AddError($"'{text}' is not a date and time, such as 2026-11-20T10:00.");
        return null;
    }

    /// <summary>A duration such as 90s, 10m, 26h or 7d.</summary>
    public static TimeSpan? ParseDuration(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (text.Length > 1 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count is > 0 and < 100_000)
            switch (text[^1])
            {
                case 's': return TimeSpan.FromSeconds(count);
                case 'm': return TimeSpan.FromMinutes(count);
                case 'h': return TimeSpan.FromHours(count);
                case 'd': return TimeSpan.FromDays(count);
                default: break;
            }

        result.AddError($"'{text}' is not a duration, such as 90s, 10m, 26h or 7d.");
        return null;
    }
}
