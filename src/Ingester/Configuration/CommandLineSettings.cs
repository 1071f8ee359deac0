namespace Ingester.Configuration;

/// <summary>The settings of a command line, and the errors in them.</summary>
internal sealed class CommandLineSettings() : Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
{
    private readonly List<string> errors = [];

    /// <summary>The errors, such as a setting without a value.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>Adds an error; it is reported together with all other errors of the settings.</summary>
    public void AddError(string error) => errors.Add(error);
}
