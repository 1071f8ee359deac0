using System.Text.Json;
using Ingester.Core.Markets;

namespace Ingester.Exchanges;

/// <summary>
/// The proof of each dataset of each exchange. A dataset is proven when a recording of the protocol that the profile speaks holds events of it, and the
/// decoder reads from it exactly the events and digits that an independent reader finds. <c>tests/corpus_counts.py</c> writes the embedded
/// <c>recordings.json</c>, and tests hold it to the recordings.
/// </summary>
internal static class DatasetProofs
{
    private const string Resource = "Ingester.Exchanges.recordings.json";

    private static readonly DatasetProof NoEvent = new() { Unproven = "No recording holds an event of it." };

    private static readonly Lazy<Dictionary<string, Dictionary<string, DatasetProof>>> All = new(Read);

    /// <summary>The proof of a dataset.</summary>
    /// <param name="exchange">The exchange's name.</param>
    /// <param name="dataset">The dataset.</param>
    public static DatasetProof Find(string exchange, Dataset dataset) =>
        All.Value.TryGetValue(exchange, out var known) && known.TryGetValue(dataset.Name(), out var proof) ? proof : NoEvent;

    private static Dictionary<string, Dictionary<string, DatasetProof>> Read()
    {
        using var resource = typeof(DatasetProofs).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The resource {Resource} is missing.");
        return JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, DatasetProof>>>(resource, JsonSerializerOptions.Web)!;
    }
}
