using System.ComponentModel.DataAnnotations;
using System.Globalization;
using Ingester.Core.Keys;
using Microsoft.Extensions.Options;

namespace Ingester.Configuration;

/// <summary>Which slice of all markets this process records (<c>Ingester:Shard</c>), when one cannot carry them all.</summary>
internal sealed class ShardOptions : IValidatableObject
{
    /// <summary>Which slice this is, from 0; 0 by default.</summary>
    [Range(0, 1023)]
    public int Index { get; set; }

    /// <summary>Into how many slices the markets are cut, the same number for all; 1 by default.</summary>
    [Range(1, 1024)]
    public int Count { get; set; } = 1;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Index >= Count)
            yield return new($"Index: {Index} is no slice of {Count}; they are counted from 0.", [nameof(Index)]);
    }

    /// <summary>
    /// True when this slice has the market, with all its datasets: the one with the highest hash, so that with one slice more only those move that
    /// go to the new one.
    /// </summary>
    public bool Holds(string exchange, string market)
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

/// <summary>Holds <see cref="ShardOptions"/> to their limits.</summary>
[OptionsValidator]
internal sealed partial class ShardOptionsValidator : IValidateOptions<ShardOptions>;
