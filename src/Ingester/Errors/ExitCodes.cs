namespace Ingester.Errors;

/// <summary>The exit codes of all commands.</summary>
internal static class ExitCodes
{
    /// <summary>Success.</summary>
    public const int Succeeded = 0;

    /// <summary>The command failed, or a check found an error.</summary>
    public const int Failed = 1;

    /// <summary>The command line or the configuration is invalid; nothing was started.</summary>
    public const int InvalidUsage = 2;

    /// <summary>Finished, but the reported parts are permanently missing or unproven.</summary>
    public const int Incomplete = 3;
}
