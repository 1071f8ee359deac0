using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Ingester.Core.Keys;

namespace Ingester.Recording.Planning;

/// <summary>The shard of the markets that this process records (<c>Ingester:Shard</c>), if one process cannot record all.</summary>
internal sealed class ShardOptions : IValidatableObject
{
    /// <summary>The index of this shard. Default: 0.</summary>
    [Range(0, 1023)]
    public int Index { get; set; }

    /// <summary>Number of shards, the same for all processes. Default: 1.</summary>
    [Range(1, 1024)]
    public int Count { get; set; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Index >= Count)
            yield return new($"Index: {Index} is not a shard of {Count}; shards are numbered from 0.", [nameof(Index)]);
    }

    /// <summary>
    /// True when the market, with all its datasets, belongs to this shard. Rendezvous hashing: the shard with the highest hash wins, so that an
    /// additional shard moves only the markets that it receives.
    /// </summary>
    public bool Contains(string exchange, string market)
    {
        var name = $"{exchange}/{market}";
        var own = Weight(name, Index);
        for (var other = 0; other < Count; other++)
            if (other != Index && Weight(name, other) is var weight && (weight > own || weight == own && other < Index))
                return false;
        return true;
    }

    private static ulong Weight(string name, int slice) => StableHash.Of(name, slice.ToString(CultureInfo.InvariantCulture));
}
