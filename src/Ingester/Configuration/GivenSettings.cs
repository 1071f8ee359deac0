namespace Ingester.Configuration;

/// <summary>The settings that a command line gives, and what is wrong with how it gives them.</summary>
internal sealed class GivenSettings() : Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase)
{
    private readonly List<string> errors = [];

    /// <summary>What is wrong, such as a setting without a value.</summary>
    public IReadOnlyList<string> Errors => errors;

    /// <summary>Notes something wrong; it is reported together with every other error of the settings.</summary>
    public void Report(string error) => errors.Add(error);
}
