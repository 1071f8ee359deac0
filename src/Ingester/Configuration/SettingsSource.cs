namespace Ingester.Configuration;

/// <summary>
/// One source of settings: a file, the environment or the command line. Names are accepted with and without the prefix <c>Ingester:</c>; internally
/// they always have it.
/// </summary>
internal sealed class SettingsSource : ConfigurationProvider, IConfigurationSource
{
    private readonly List<string> errors = [];

    /// <summary>Copies the values of a source.</summary>
    /// <param name="origin">The source in messages, such as <c>in the environment</c>.</param>
    /// <param name="values">Settings by name, with <c>:</c> as separator.</param>
    /// <param name="faults">Errors of the source itself.</param>
    public SettingsSource(string origin, IEnumerable<KeyValuePair<string, string?>> values, params IEnumerable<string> faults)
    {
        Origin = origin;
        errors.AddRange(faults);
        foreach (var (name, value) in values)
        {
            var full = SettingNames.WithPrefix(name);
            if (!Data.TryAdd(full, value))
                errors.Add($"{full}: set twice, with and without \"{SettingNames.Root}:\". ({origin})");
        }
    }

    /// <summary>The source in messages.</summary>
    public string Origin { get; }

    /// <summary>Errors of the source itself, such as malformed JSON.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>The source that determines the value of a setting, as a suffix for messages; empty when it is unknown.</summary>
    public static string DescribeOrigin(IConfiguration configuration, string path) =>
        (configuration as IConfigurationRoot)?.Providers.OfType<SettingsSource>().LastOrDefault(layer => layer.Contains(path)) is { } layer ? $" ({layer.Origin})" : "";

    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    private bool Contains(string path) => Data.ContainsKey(path) || Data.Keys.Any(key => key.StartsWith(path + ":", StringComparison.OrdinalIgnoreCase));
}
