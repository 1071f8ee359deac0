namespace Ingester.Telemetry.Series;

/// <summary>The tags of a series: the four tags that instruments may have.</summary>
internal readonly record struct SeriesTags(string? Exchange, string? Dataset, string? Kind, string? Outcome)
{
    /// <summary>Reads the tags of a measurement; any other tag name is a bug.</summary>
    public static SeriesTags From(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var read = default(SeriesTags);
        foreach (var (name, value) in tags)
            read = name switch
            {
                "exchange" => read with { Exchange = value as string },
                "dataset" => read with { Dataset = value as string },
                "kind" => read with { Kind = value as string },
                "outcome" => read with { Outcome = value as string },
                _ => throw new ArgumentException($"The tag {name} is not allowed: tags are exchange, dataset, kind and outcome.", nameof(tags)),
            };
        return read;
    }

    /// <summary>The tags that are set, with their names.</summary>
    public IEnumerable<(string Name, string Value)> Enumerate()
    {
        if (Exchange is not null)
            yield return ("exchange", Exchange);
        if (Dataset is not null)
            yield return ("dataset", Dataset);
        if (Kind is not null)
            yield return ("kind", Kind);
        if (Outcome is not null)
            yield return ("outcome", Outcome);
    }
}
