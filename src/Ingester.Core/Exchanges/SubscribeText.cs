using System.Text.Encodings.Web;
using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Core.Exchanges;

/// <summary>Shared parts of subscribe messages.</summary>
internal static class SubscribeText
{
    /// <summary>The texts as comma-separated JSON strings.</summary>
    public static string ToJsonList(IEnumerable<string> texts) =>
        string.Join(',', texts.Select(text => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\""));

    /// <summary>Groups streams by dataset, in parts of at most <paramref name="size"/>, with the exchange's channel.</summary>
    public static IEnumerable<(string Channel, Subscription[] Streams)> GroupByChannel(
        this IEnumerable<Subscription> streams, ExchangeProfile profile, int size) =>
        from dataset in streams.GroupBy(stream => stream.Dataset).OrderBy(asked => asked.Key)
        from part in dataset.Chunk(size)
        select (profile.ChannelOf(dataset.Key), part);

    /// <summary>The exchange's own name of a dataset's channel.</summary>
    public static string ChannelOf(this ExchangeProfile profile, Dataset dataset) => profile.Find(dataset)?.Channel
        ?? throw new ArgumentException($"{profile.Name} does not stream {dataset.Name()}.", nameof(dataset));
}
