"""Random numbers without a stream: every draw is a function of who draws, when and what for.

A draw is keyed by ``(seed, identity, month, purpose, index)``. The same key always gives the same
number, whatever was drawn before, on however many threads, in Python or compiled. So adding a
lender or a rule moves nobody else's luck, and two scenarios that share a seed share their luck.

    seed      of the run, 0 to 2**63 - 1
    identity  permanent own id of the actor, 0 to 2**62 - 1
    month     months since 2000-01, 0 to 65,535
    purpose   which decision, 0 to 255
    index     which of several draws of one decision (a lender, a try), 0 to 2**24 - 1

Purposes are plain module-level integers (a compiled rule cannot read an enumeration) that stand
together in one module, each number used for one decision and never reused. Two draws with equal
keys are the same number: a rule that needs two independent numbers takes two purposes, two
indices, or two different words of one `block`. All functions below start from the same block, so
`uniform` and `normal` with equal keys are not independent either.

Ids and keys must be Python integers or signed integers in compiled code; ranges are not checked,
since a check in every draw would cost more than the draw.

The generator is Philox4x32-10: Salmon, Moraes, Dror, Shaw (2011), Parallel random numbers: as easy
as 1, 2, 3, https://doi.org/10.1145/2063384.2063405.
"""

import math

from sim.core.compiled_philox import compile_philox
from sim.core.rule import rule

WORD_MASK = 0xFFFFFFFF

# Philox multiplies 32-bit words by 0xD2511F53 and 0xCD9E8D57 and takes both halves of the 64-bit
# product. With the multipliers lowered by 2**32 the product fits in a signed 64-bit integer, so
# that the same lines serve NumPy's whole arrays (sim/core/many_draws.py). The low half stays the
# same, and the high half is too small by the word itself, which is added again.
MULTIPLIER_0 = 0xD2511F53 - (1 << 32)
MULTIPLIER_1 = 0xCD9E8D57 - (1 << 32)
KEY_STEP_0 = 0x9E3779B9
KEY_STEP_1 = 0xBB67AE85


def philox(
    counter0: int, counter1: int, counter2: int, counter3: int, key0: int, key1: int
) -> tuple[int, int, int, int]:
    """Four random words from four counter words and two key words (Philox4x32-10).

    All arguments and results are integers in [0, 2**32).
    """
    for _ in range(10):
        product0 = MULTIPLIER_0 * counter0
        product1 = MULTIPLIER_1 * counter2
        counter0, counter1, counter2, counter3 = (
            ((product1 >> 32) + counter2) ^ counter1 ^ key0,
            product1 & WORD_MASK,
            ((product0 >> 32) + counter0) ^ counter3 ^ key1,
            product0 & WORD_MASK,
        )
        key0 = (key0 + KEY_STEP_0) & WORD_MASK
        key1 = (key1 + KEY_STEP_1) & WORD_MASK
    return counter0, counter1, counter2, counter3


compile_philox(
    philox, (MULTIPLIER_0 & WORD_MASK, MULTIPLIER_1 & WORD_MASK), (KEY_STEP_0, KEY_STEP_1)
)


@rule
def block(
    seed: int, identity: int, month: int, purpose: int, index: int
) -> tuple[int, int, int, int]:
    """Four independent random words, integers in [0, 2**32), of one key (see the module)."""
    return philox(
        identity & WORD_MASK,
        identity >> 32,
        index | (purpose << 24),
        month,
        seed & WORD_MASK,
        seed >> 32,
    )


@rule
def unit(word: int) -> float:
    """A word, integer in [0, 2**32), as a fraction strictly between 0 and 1, on 2**32 levels."""
    return (word + 0.5) * (1.0 / 4294967296.0)


@rule
def upper_half(word: int) -> float:
    """The upper 16 bits of a word as a fraction strictly between 0 and 1, on 2**16 levels.

    Independent of `lower_half` of the same word: two draws for one, where a chance need not be
    met more finely than to a hundred-thousandth.
    """
    return ((word >> 16) + 0.5) * (1.0 / 65536.0)


@rule
def lower_half(word: int) -> float:
    """The lower 16 bits of a word as a fraction strictly between 0 and 1; see `upper_half`."""
    return ((word & 0xFFFF) + 0.5) * (1.0 / 65536.0)


@rule
def uniform(seed: int, identity: int, month: int, purpose: int, index: int) -> float:
    """Uniform fraction strictly between 0 and 1, from the first two words of the block.

    The 2**52 possible values are the odd multiples of 2**-53: evenly spaced, symmetric about one
    half, all exact.
    """
    word0, word1, _, _ = block(seed, identity, month, purpose, index)
    level = ((word0 >> 6) << 26) | (word1 >> 6)
    return (level + 0.5) * (1.0 / 4503599627370496.0)


@rule
def normal(seed: int, identity: int, month: int, purpose: int, index: int) -> float:
    """Standard normal number (mean 0, standard deviation 1); increases with `uniform`."""
    return normal_quantile(uniform(seed, identity, month, purpose, index))


@rule
def exponential(seed: int, identity: int, month: int, purpose: int, index: int) -> float:
    """Exponential waiting time with mean 1, above 0; decreases as `uniform` increases."""
    return -math.log(uniform(seed, identity, month, purpose, index))


@rule
def poisson(mean: float, seed: int, identity: int, month: int, purpose: int, index: int) -> int:
    """Number of rare events, given how many are expected; 0 if none are.

    mean : expected number, finite; any size, the cost grows with its square root
    """
    return poisson_quantile(mean, uniform(seed, identity, month, purpose, index))


@rule
def binomial(
    trials: int,
    probability: float,
    seed: int,
    identity: int,
    month: int,
    purpose: int,
    index: int,
) -> int:
    """Number of successes in independent trials with one probability of success.

    trials : number of trials; none if negative; the cost grows with its square root
    probability : of success in one trial; values beyond [0, 1] count as 0 or 1
    """
    return binomial_quantile(trials, probability, uniform(seed, identity, month, purpose, index))


@rule
def normal_quantile(probability: float) -> float:
    """Value below which a standard normal number falls with the given probability in (0, 1).

    Relative error about 1e-16. Algorithm AS 241, PPND16: Wichura (1988), The percentage points of
    the normal distribution, Applied Statistics 37(3), 477-484, https://doi.org/10.2307/2347330.
    """
    centred = probability - 0.5
    if abs(centred) <= 0.425:
        r = 0.180625 - centred * centred
        above = polynomial(
            r,
            3.3871328727963666080e0,
            1.3314166789178437745e2,
            1.9715909503065514427e3,
            1.3731693765509461125e4,
            4.5921953931549871457e4,
            6.7265770927008700853e4,
            3.3430575583588128105e4,
            2.5090809287301226727e3,
        )
        below = polynomial(
            r,
            1.0,
            4.2313330701600911252e1,
            6.8718700749205790830e2,
            5.3941960214247511077e3,
            2.1213794301586595867e4,
            3.9307895800092710610e4,
            2.8729085735721942674e4,
            5.2264952788528545610e3,
        )
        return centred * above / below
    tail = probability if centred < 0.0 else 1.0 - probability
    r = math.sqrt(-math.log(tail))
    if r <= 5.0:
        r = r - 1.6
        above = polynomial(
            r,
            1.42343711074968357734e0,
            4.63033784615654529590e0,
            5.76949722146069140550e0,
            3.64784832476320460504e0,
            1.27045825245236838258e0,
            2.41780725177450611770e-1,
            2.27238449892691845833e-2,
            7.74545014278341407640e-4,
        )
        below = polynomial(
            r,
            1.0,
            2.05319162663775882187e0,
            1.67638483018380384940e0,
            6.89767334985100004550e-1,
            1.48103976427480074590e-1,
            1.51986665636164571966e-2,
            5.47593808499534494600e-4,
            1.05075007164441684324e-9,
        )
    else:
        r = r - 5.0
        above = polynomial(
            r,
            6.65790464350110377720e0,
            5.46378491116411436990e0,
            1.78482653991729133580e0,
            2.96560571828504891230e-1,
            2.65321895265761230930e-2,
            1.24266094738807843860e-3,
            2.71155556874348757815e-5,
            2.01033439929228813265e-7,
        )
        below = polynomial(
            r,
            1.0,
            5.99832206555887937690e-1,
            1.36929880922735805310e-1,
            1.48753612908506148525e-2,
            7.86869131145613259100e-4,
            1.84631831751005468180e-5,
            1.42151175831644588870e-7,
            2.04426310338993978564e-15,
        )
    value = above / below
    return -value if centred < 0.0 else value


@rule
def polynomial(
    x: float,
    c0: float,
    c1: float,
    c2: float,
    c3: float,
    c4: float,
    c5: float,
    c6: float,
    c7: float,
) -> float:
    """c0 + c1 x + ... + c7 x**7, by Horner's scheme."""
    return ((((((c7 * x + c6) * x + c5) * x + c4) * x + c3) * x + c2) * x + c1) * x + c0


# The two quantiles below add up probabilities from a count so low that all smaller ones together
# are less likely than the smallest uniform (2**-53), until they reach the given probability. The
# sum stops growing, and the search ends, where a further term is below what a float can add to 1.
STANDARD_DEVIATIONS_BELOW_MEAN = 9.0
NEGLIGIBLE = 1e-18


@rule
def poisson_quantile(mean: float, probability: float) -> int:
    """Smallest count that a Poisson number does not exceed with the given probability in (0, 1).

    mean : expected number, finite; the result is 0 if it is not above 0

    Probabilities are within about 1e-11 of exact for a mean up to 10,000.
    """
    if not mean > 0.0:
        return 0
    count = max(0, int(mean - STANDARD_DEVIATIONS_BELOW_MEAN * math.sqrt(mean)))
    term = math.exp(count * math.log(mean) - mean - log_factorial(count))
    reached = term
    while reached < probability and (count < mean or term > NEGLIGIBLE):
        count += 1
        term *= mean / count
        reached += term
    return count


@rule
def binomial_quantile(trials: int, success: float, probability: float) -> int:
    """Smallest number of successes not exceeded with the given probability in (0, 1).

    trials : number of trials, at least 0
    success : probability of success in one trial; beyond [0, 1] it counts as 0 or 1

    Probabilities are within about 1e-11 of exact for up to 10,000 trials.
    """
    if trials <= 0 or not success > 0.0:
        return 0
    if success >= 1.0:
        return trials
    # Where success is likely, failures are counted: their lower tail is the thin one.
    count_failures = success > 0.5
    if count_failures:
        success, probability = 1.0 - success, 1.0 - probability
    mean = trials * success
    deviation = math.sqrt(mean * (1.0 - success))
    count = max(0, int(mean - STANDARD_DEVIATIONS_BELOW_MEAN * deviation))
    term = math.exp(
        log_factorial(trials)
        - log_factorial(count)
        - log_factorial(trials - count)
        + count * math.log(success)
        + (trials - count) * math.log(1.0 - success)
    )
    odds = success / (1.0 - success)
    reached = term
    while reached < probability and count < trials and (count < mean or term > NEGLIGIBLE):
        term *= odds * (trials - count) / (count + 1)
        count += 1
        reached += term
    return trials - count if count_failures else count


@rule
def log_factorial(count: int) -> float:
    """Natural logarithm of 1 x 2 x ... x count, count at least 0; relative error about 1e-15.

    Own code because Python's and Numba's `lgamma` need not agree in the last bit. From 16 on
    Stirling's series, https://dlmf.nist.gov/5.11.E1.
    """
    if count < 16:
        product = 1.0
        for factor in range(2, count + 1):
            product *= factor
        return math.log(product)
    inverse = 1.0 / count
    square = inverse * inverse
    correction = inverse * (
        1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0))
    )
    half_log_two_pi = 0.9189385332046727
    return (count + 0.5) * math.log(count) - count + half_log_two_pi + correction
