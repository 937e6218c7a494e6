// Run rounds of an endless stream through a Verilated streaming core without leaving C++.
//
// Compiled by quantacore.sim.verilator with NUM_SLOTS, NUM_EDGES, NUM_OBSERVABLES, WORD_BITS,
// WITH_CORRECTIONS, HAS_LATER, HAS_LINK_ROWS, LINK_TARGETS_BYTES, LINK_LENGTHS_BYTES and
// NUM_FAULTS defined; called by quantacore.sim.stream_batch through ctypes.
#include "core_model.h"

namespace {

constexpr int kRoundWords = words_for(NUM_SLOTS);
constexpr int kRoundBytes = bytes_for(NUM_SLOTS);
constexpr int kCorrectionWords = words_for(NUM_EDGES);
constexpr int kCorrectionBytes = bytes_for(NUM_EDGES);

// Marsaglia's xorshift64: gaps and stalls need no better one, and every run repeats.
class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
    bool happens(int percent) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return int(state_ % 100) < percent;
    }

  private:
    uint64_t state_;
};

struct Traffic {
    int32_t passes;
    int32_t cycle_budget;
    int32_t period;  // a round every so many cycles; 0: as fast as the core takes them
    int32_t gap_percent;
    int32_t stall_percent;
    int32_t seed;
};

struct Answers {
    uint64_t* observables;
    uint32_t* shots;
    uint32_t* rounds;
    uint32_t* images;
    uint32_t* growth_steps;
    uint32_t* cycles;
    uint32_t* volumes;
    uint8_t* passes;
    uint8_t* flags;  // contested, shot_end, unmatched, abandoned, damaged from bit 0
    uint64_t* valid_at;
    uint8_t* corrections;  // kCorrectionBytes a window, zeroed by the caller; may be null
};

class StreamCore : public ClockedCore {
  public:
    int run(const uint8_t* rounds, const uint8_t* ends, int64_t num_rounds, const Traffic& traffic,
            uint64_t* accepted_at, int64_t num_windows, const Answers& answers, uint64_t* faults,
            int64_t* num_done) {
        Random gaps(traffic.seed), stalls(traffic.seed + 1), correction_stalls(traffic.seed + 2);
#if HAS_LATER
        model_->max_passes = traffic.passes;
#endif
        model_->cycle_budget = traffic.cycle_budget;
        model_->no_wait = 0;
        model_->expected_rounds = 0;
        int64_t sent = 0, predicted = 0, corrected = 0;
        int word = 0, correction_word = 0;
        bool offering = false, seen = false;
        const uint64_t began = total_cycles_;
        uint64_t last_progress = began;
        uint8_t bytes[kWordBytes];
        while (predicted < num_windows || (WITH_CORRECTIONS && corrected < num_windows)) {
            *num_done = predicted;
            const bool due = total_cycles_ - began >= uint64_t(sent) * traffic.period;
            if (!offering && sent < num_rounds && due && !gaps.happens(traffic.gap_percent)) {
                offering = true;
                copy_bits_out(rounds + sent * kRoundBytes, kRoundBytes, word * WORD_BITS, WORD_BITS,
                              bytes);
                put(model_->rounds_data, bytes, kWordBytes);
                model_->rounds_last = word == kRoundWords - 1;
                model_->rounds_shot_end = ends[sent];
            }
            model_->rounds_valid = offering;
            model_->predictions_ready = !stalls.happens(traffic.stall_percent);
#if WITH_CORRECTIONS
            model_->corrections_ready = !correction_stalls.happens(traffic.stall_percent);
#endif
            settle();
            for (int k = 0; k < NUM_FAULTS; ++k) faults[k] += model_->faults >> k & 1;
            const bool moves = offering && model_->rounds_ready;
            if (model_->predictions_valid) {
                if (predicted == num_windows) return COUNTS_WRONG;
                if (!seen) answers.valid_at[predicted] = total_cycles_;
                seen = true;
                if (model_->predictions_ready) {
                    take(predicted, answers);
                    ++predicted;
                    seen = false;
                    last_progress = total_cycles_;
                }
            }
#if WITH_CORRECTIONS
            if (model_->corrections_valid && model_->corrections_ready) {
                if (corrected == num_windows) return COUNTS_WRONG;
                if (answers.corrections) {
                    std::memcpy(bytes, &model_->corrections_data, kWordBytes);
                    or_bits_in(bytes, WORD_BITS, answers.corrections + corrected * kCorrectionBytes,
                               kCorrectionBytes, correction_word * WORD_BITS);
                }
                const bool last = correction_word == kCorrectionWords - 1;
                if (bool(model_->corrections_last) != last) return REPORTS_ERROR;
                correction_word = last ? 0 : correction_word + 1;
                corrected += last;
                last_progress = total_cycles_;
            }
#endif
            if (moves) {
                offering = false;
                word = word == kRoundWords - 1 ? 0 : word + 1;
                if (word == 0) accepted_at[sent++] = total_cycles_;
                last_progress = total_cycles_;
            }
            tick();
            if (total_cycles_ - last_progress > kPatience) return HANGS;
        }
        *num_done = predicted;
        model_->rounds_valid = 0;
        settle();
        return sent == num_rounds ? OK : COUNTS_WRONG;
    }

  private:
    void take(int64_t window, const Answers& answers) {
#if NUM_OBSERVABLES
        answers.observables[window] = model_->predictions_observables;
#endif
        answers.shots[window] = model_->predictions_shot;
        answers.rounds[window] = model_->predictions_round;
        answers.images[window] = model_->predictions_image;
        answers.growth_steps[window] = model_->predictions_growth_steps;
        answers.cycles[window] = model_->predictions_cycles;
        answers.volumes[window] = model_->predictions_volume;
        answers.passes[window] = model_->predictions_passes;
        answers.flags[window] = uint8_t(
            model_->predictions_contested | model_->predictions_shot_end << 1 |
            model_->predictions_unmatched << 2 | model_->predictions_abandoned << 3 |
            model_->predictions_damaged << 4);
    }
};

}  // namespace

extern "C" {
StreamCore* core_new() { return new StreamCore; }
void core_delete(StreamCore* core) { delete core; }
uint32_t core_graph_hash(StreamCore* core) { return core->graph_hash(); }
uint64_t core_total_cycles(StreamCore* core) { return core->total_cycles(); }
int core_load_image(StreamCore* core, const uint8_t* words, int64_t num_words) {
    return core->load_image(words, num_words);
}
int core_run(StreamCore* core, const uint8_t* rounds, const uint8_t* ends, int64_t num_rounds,
             const Traffic* traffic, uint64_t* accepted_at, int64_t num_windows,
             const Answers* answers, uint64_t* faults, int64_t* num_done) {
    return core->run(rounds, ends, num_rounds, *traffic, accepted_at, num_windows, *answers, faults,
                     num_done);
}
}
