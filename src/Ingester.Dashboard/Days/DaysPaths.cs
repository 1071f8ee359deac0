using Ingester.Dashboard.Components;

namespace Ingester.Dashboard.Days;

/// <summary>The addresses of the pages of days.</summary>
internal static class DaysPaths
{
    /// <summary>The list of days.</summary>
    public const string List = "/days";

    /// <summary>The root of the files.</summary>
    public const string Files = "/days/files/";

    /// <summary>The certificate of an exchange, dataset and day.</summary>
    public static string Certificate(string exchange, string dataset, DateOnly day) => $"{List}/{Uri.EscapeDataString(exchange)}/{Uri.EscapeDataString(dataset)}/{DisplayText.Day(day)}";

    /// <summary>A file by its key below the prefix of the store.</summary>
    public static string File(string key) => Files + string.Join('/', key.Split('/').Select(Uri.EscapeDataString));
}
