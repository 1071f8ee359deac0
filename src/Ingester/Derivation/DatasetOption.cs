using System.CommandLine;
using Ingester.Deriving.Objects;

namespace Ingester.Derivation;

/// <summary>The option that chooses derived datasets.</summary>
internal static class DatasetOption
{
    /// <summary>Creates the option.</summary>
    /// <param name="description">What is done with them.</param>
    public static Option<DerivedDataset[]> Create(string description) => new("--dataset")
    {
        HelpName = "dataset",
        Description = $"{description}, separated by commas: {string.Join(", ", DerivedDatasets.Names)}. Default: all.",
        DefaultValueFactory = static _ => Enum.GetValues<DerivedDataset>(),
        CustomParser = static result =>
        {
            var datasets = new SortedSet<DerivedDataset>();
            foreach (var name in result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                if (DerivedDatasets.Parse(name) is { } dataset)
                    datasets.Add(dataset);
                else
                    result.AddError($"'{name}' is none of {string.Join(", ", DerivedDatasets.Names)}.");
            if (datasets.Count == 0 && !result.Errors.Any())
                result.AddError("--dataset names no dataset.");
            return [.. datasets];
        },
    };
}
