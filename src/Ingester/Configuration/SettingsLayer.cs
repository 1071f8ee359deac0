namespace Ingester.Configuration;

/// <summary>
/// One source of settings: a file, the environment or the command line. Names are accepted with and without the prefix <c>Ingester:</c>, as the documentation
/// writes them; inside, they all carry it.
/// </summary>
internal sealed class SettingsLayer : ConfigurationProvider, IConfigurationSource
{
    private readonly List<string> errors = [];

    /// <summary>Takes what a source holds.</summary>
    /// <param name="origin">Where its settings are written, for messages, such as <c>in the environment</c>.</param>
    /// <param name="values">Settings by their names, with <c>:</c> between the sections.</param>
    /// <param name="faults">What is wrong with the source itself.</param>
    public SettingsLayer(string origin, IEnumerable<KeyValuePair<string, string?>> values, params IEnumerable<string> faults)
    {
        Origin = origin;
        errors.AddRange(faults);
        foreach (var (name, value) in values)
        {
            var full = SettingNames.Full(name);
            if (!Data.TryAdd(full, value))
                errors.Add($"{full}: given twice, with and without \"{SettingNames.Root}:\". ({origin})");
        }
    }

    /// <summary>Where its settings are written, for messages.</summary>
    public string Origin { get; }

    /// <summary>What is wrong with the source itself, such as JSON that cannot be read.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>Where the value of a setting is written, to end a message with; empty when it is not known.</summary>
    public static string Deciding(IConfiguration configuration, string path) =>
        (configuration as IConfigurationRoot)?.Providers.OfType<SettingsLayer>().LastOrDefault(layer => layer.Holds(path)) is { } layer ? $" ({layer.Origin})" : "";

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private bool Holds(string path) => Data.ContainsKey(path) || Data.Keys.Any(key => key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));
}
