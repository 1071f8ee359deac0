using Ingester.Core.Exchanges;
using Ingester.Core.Markets;

namespace Ingester.Recording.Sessions;

/// <summary>Formats lists of streams for logs.</summary>
internal static class StreamNames
{
    private const int MaxListed = 5;

    /// <summary>The names of the first few streams.</summary>
    public static string Format(IReadOnlyList<Subscription> streams) =>
        string.Join(", ", streams.Take(MaxListed).Select(Format)) + (streams.Count > MaxListed ? ", …" : "");

    /// <summary>The names of all streams.</summary>
    public static string FormatAll(IReadOnlyList<Subscription> streams) => string.Join(", ", streams.Select(Format));

    private static string Format(Subscription stream) => $"{stream.Dataset.Name()} {stream.Market.Name}";
}
