using Ingester.Core.Proof;

namespace Ingester.Testing.Model;

/// <summary>One object of the store.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="Grade">The grade that its writer recorded.</param>
/// <param name="Process">The number of the process that wrote it.</param>
/// <param name="At">The true time of the write, microseconds UTC.</param>
internal sealed record StoredObject(string Key, string[] Rows, ProofGrade Grade, int Process, long At);
